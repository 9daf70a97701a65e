// A stand-in for the accelerator, to test the builder and the device without it.
slt_top.sv   # the only module
