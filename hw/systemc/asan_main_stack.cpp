// SPDX-License-Identifier: Apache-2.0
// Only in programs built with AddressSanitizer. SystemC 2.3.4 announces each change of stack to it, but describes the
// stack that sc_start was called on as null with 0 bytes. An exception that is thrown there later then leaves the marks
// of the frames it unwinds, and the next use of their memory is reported. Stands before the sanitizer's function of
// this name and gives it the stack of the thread instead.
#include <dlfcn.h>
#include <pthread.h>

#include <cstddef>

namespace {

struct Stack {
  void* bottom = nullptr;
  std::size_t bytes = 0;
};

Stack stack_of_thread() {
  Stack stack;
  pthread_attr_t attributes;
  if (pthread_getattr_np(pthread_self(), &attributes) == 0) {
    pthread_attr_getstack(&attributes, &stack.bottom, &stack.bytes);
    pthread_attr_destroy(&attributes);
  }
  return stack;
}

}  // namespace

// NOLINTNEXTLINE(bugprone-reserved-identifier): the sanitizer's name
extern "C" __attribute__((visibility("default"))) void __sanitizer_start_switch_fiber(void** fake_stack,
                                                                                      const void* bottom,
                                                                                      std::size_t bytes) {
  using Function = void (*)(void**, const void*, std::size_t);
  static const auto sanitizer = reinterpret_cast<Function>(dlsym(RTLD_NEXT, "__sanitizer_start_switch_fiber"));
  thread_local const Stack own = stack_of_thread();
  if (bottom == nullptr) {
    sanitizer(fake_stack, own.bottom, own.bytes);
  } else {
    sanitizer(fake_stack, bottom, bytes);
  }
}
