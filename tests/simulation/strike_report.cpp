// Compares the places where actors have died (one in each line of each FILE) with all places
// that there are. Fails if a place is missing or unknown.
//
//   strike_report FILE...
#include <fstream>
#include <iostream>

#include "simulation/struck_places.hpp"

int main(int argc, char** argv) {
  std::set<std::string> struck;
  for (int i = 1; i < argc; ++i) {
    std::ifstream file{argv[i]};
    if (!file) {
      std::cerr << "cannot read " << argv[i] << '\n';
      return 1;
    }
    for (std::string line; std::getline(file, line);)
      struck.insert(line);
  }
  const auto all = simulation_tests::all_places();
  std::size_t faults = 0;
  for (const auto& each : all)
    if (struck.count(each) == 0) {
      ++faults;
      std::cerr << "no run has killed: " << each << '\n';
    }
  for (const auto& each : struck)
    if (all.count(each) == 0) {
      ++faults;
      std::cerr << "no machine has this place: " << each << '\n';
    }
  std::cout << all.size() << " places, " << faults << " missing or unknown\n";
  return faults == 0 && !all.empty() ? 0 : 1;
}
