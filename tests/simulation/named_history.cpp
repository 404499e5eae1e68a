#include "simulation/named_history.hpp"

#include <algorithm>

namespace simulation_tests {

namespace {

constexpr std::size_t number_digits = 6;

}  // namespace

std::string named_history::payload_of(const std::string& name, const std::string& key,
                                      std::int64_t number, std::size_t filling) {
  auto digits = std::to_string(number);
  digits.insert(0, number_digits - std::min(number_digits, digits.size()), '0');
  return name + "/" + key + "/" + digits + std::string(filling, 'x');
}

std::vector<std::string> named_history::check(
    const std::vector<std::vector<std::string>>& stored) const {
  std::vector<std::string> found;
  std::set<std::string> seen;
  std::map<std::string, std::string> last_of_key;
  for (const auto& segment : stored)
    for (const auto& event : segment) {
      if (!wanted_.contains(event)) found.push_back(event + " was never written");
      if (!seen.insert(event).second) found.push_back(event + " is stored twice");
      const auto key = event.substr(0, event.rfind('/'));
      // Those without a key have no order.
      if (key.back() == '/') continue;
      auto& last = last_of_key[key];
      if (event < last) found.push_back(event + " is stored behind " + last);
      last = std::max(last, event);
    }
  for (const auto& event : wanted_)
    if (!seen.contains(event)) found.push_back(event + " is not stored");
  for (const auto& event : durable_)
    if (!seen.contains(event)) found.push_back(event + " was reported as durable");
  return found;
}

}  // namespace simulation_tests
