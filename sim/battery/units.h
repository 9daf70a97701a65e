// SPDX-License-Identifier: Apache-2.0
// Units of time and charge.
#pragma once

namespace systolite::battery {

inline constexpr double kSecondsPerHour = 3600;
inline constexpr double kSecondsPerDay = 24 * kSecondsPerHour;
inline constexpr double kSecondsPerYear = 365.25 * kSecondsPerDay;
inline constexpr double kMicro = 1e6;  // microwatts a watt, microseconds a second, microjoules a joule
inline constexpr double kMilli = 1e3;  // milliamperes an ampere, milliseconds a second
inline constexpr double kPercent = 100;

}  // namespace systolite::battery
