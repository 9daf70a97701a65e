// SPDX-License-Identifier: Apache-2.0
#include "sim/battery/break_even.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <vector>

namespace systolite::battery {
namespace {

constexpr double kNowhere = std::numeric_limits<double>::infinity();

double most_per_second(const std::vector<PowerLine>& lines) {
  double most = 0;
  for (const PowerLine& line : lines) most = std::max(most, line.most_per_second);
  return most;
}

// The line that draws least at a rate for which there is time.
const PowerLine& line_at(const std::vector<PowerLine>& lines, double rate) {
  const PowerLine* best = nullptr;
  for (const PowerLine& line : lines) {
    if (rate <= line.most_per_second && (best == nullptr || line.at(rate) < best->at(rate))) best = &line;
  }
  return *best;
}

// The rate at which two lines meet; below 0 or infinite: nowhere that counts.
double crossing(const PowerLine& with, const PowerLine& without) {
  const double saved = without.uj_per_inference() - with.uj_per_inference();
  return saved == 0 ? kNowhere : (with.fixed_uw.value - without.fixed_uw.value) / saved;
}

// Rates between which neither system changes its state nor the two powers cross.
std::vector<double> rates_of_change(const std::vector<PowerLine>& with, const std::vector<PowerLine>& without,
                                    double most) {
  std::vector<double> rates = {0, most};
  const auto add = [&](double rate) {
    if (rate > 0 && rate < most) rates.push_back(rate);
  };
  for (const auto* lines : {&with, &without}) {
    for (const PowerLine& line : *lines) add(line.most_per_second);
  }
  for (const PowerLine& a : with) {
    for (const PowerLine& b : without) add(crossing(a, b));
  }
  std::ranges::sort(rates);
  rates.erase(std::unique(rates.begin(), rates.end()), rates.end());
  return rates;
}

// Power that `with` adds, and energy that it saves an inference. What the two share is not taken twice.
struct Exchange {
  Figure added_uw;
  Figure saved_uj;
};

Exchange exchange(const PowerLine& with, const PowerLine& without, bool same_mcu) {
  const bool same_sleep =
      same_mcu && with.capture_state == without.capture_state && with.rest_state == without.rest_state;
  Exchange result{.added_uw = with.standby_uw, .saved_uj = without.inference_uj - with.inference_uj};
  if (!same_sleep) result.added_uw = with.fixed_uw - without.fixed_uw;
  // An inference that takes longer leaves less time to sleep in.
  result.saved_uj += with.standby_uw * with.inference_s;
  if (same_sleep) {
    result.saved_uj = result.saved_uj - with.sleep_uw * (without.inference_s - with.inference_s);
  } else {
    result.saved_uj = result.saved_uj - without.sleep_uw * without.inference_s + with.sleep_uw * with.inference_s;
  }
  return result;
}

// The first rate from which on `with` draws less, up to `most`, with its bounds.
std::optional<BreakEven> first_payoff(const std::vector<PowerLine>& with, const std::vector<PowerLine>& without,
                                      double most, bool same_mcu) {
  const std::vector<double> rates = rates_of_change(with, without, most);
  for (std::size_t i = 0; i + 1 < rates.size(); ++i) {
    const double between = (rates[i] + rates[i + 1]) / 2;
    const PowerLine& a = line_at(with, between);
    const PowerLine& b = line_at(without, between);
    if (a.at(between) >= b.at(between)) continue;
    if (rates[i] == 0) return BreakEven{.payoff = Payoff::kAlways, .per_second = 0, .low = 0, .high = 0};
    BreakEven result{.payoff = Payoff::kFromRate, .per_second = rates[i], .low = 0, .high = {}};
    const Exchange pair = exchange(a, b, same_mcu);
    if (pair.saved_uj.high > 0) {
      result.low = std::min(rates[i], std::max(pair.added_uw.low, 0.0) / pair.saved_uj.high);
    }
    if (pair.saved_uj.low > 0) result.high = std::max(rates[i], pair.added_uw.high / pair.saved_uj.low);
    return result;
  }
  return std::nullopt;
}

// The first rate from which on `with` would draw less if there were always the time.
std::optional<double> payoff_without_limits(const std::vector<PowerLine>& with, const std::vector<PowerLine>& without) {
  double first = kNowhere;
  for (const PowerLine& a : with) {
    double rate = 0;
    for (const PowerLine& b : without) {
      if (a.uj_per_inference() >= b.uj_per_inference()) {
        rate = kNowhere;
      } else {
        rate = std::max(rate, crossing(a, b));
      }
    }
    first = std::min(first, rate);
  }
  return first == kNowhere ? std::nullopt : std::optional(first);
}

}  // namespace

BreakEven break_even(const System& with, const System& without, const Scenario& scenario) {
  const std::vector<PowerLine> lines = power_lines(with, scenario);
  const std::vector<PowerLine> others = power_lines(without, scenario);
  const double most = most_per_second(lines);
  const double both = std::min(most, most_per_second(others));
  BreakEven result;
  if (most == 0) {
    result.payoff = Payoff::kImpossible;
    return result;
  }
  if (both > 0) {
    if (const auto payoff = first_payoff(lines, others, both, with.mcu.name == without.mcu.name)) return *payoff;
  }
  if (most > both) {
    result.payoff = Payoff::kOnlyInTime;
    result.per_second = both;
  } else if (const auto rate = payoff_without_limits(lines, others)) {
    result.payoff = Payoff::kBeyondTime;
    result.per_second = *rate;
  }
  return result;
}

std::string sentence(const BreakEven& result) {
  switch (result.payoff) {
    case Payoff::kAlways:
      return "pays at any rate";
    case Payoff::kFromRate:
      return fmt::format("pays from {:.3g} inferences/s on ({:.3g} to {})", result.per_second, result.low,
                         result.high ? fmt::format("{:.3g}", *result.high) : "never");
    case Payoff::kOnlyInTime:
      return result.per_second > 0
                 ? fmt::format("draws no less, but from {:.3g} inferences/s on only it has the time", result.per_second)
                 : "only it has the time";
    case Payoff::kBeyondTime:
      return fmt::format("never: it would pay from {:.3g} inferences/s on, for which there is no time",
                         result.per_second);
    case Payoff::kNever:
      return "never: an inference costs no less with it";
    case Payoff::kImpossible:
      return "never: there is not the time for an inference with it";
  }
  return "";
}

}  // namespace systolite::battery
