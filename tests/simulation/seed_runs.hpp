// What the programs that run seeds have in common: their options, their trace and their report.
#pragma once

#include <cstdint>
#include <fstream>
#include <iostream>
#include <ostream>
#include <set>
#include <string>
#include <vector>

namespace simulation_tests {

/// --first N --count N [--trace FILE] [--struck FILE] [--show]; other words are left to the
/// program.
class seed_runs {
 public:
  seed_runs(int argc, char** argv) {
    const std::vector<std::string> words{argv, argv + argc};
    for (std::size_t i = 1; i < words.size(); ++i) {
      const bool more = i + 1 < words.size();
      if (words[i] == "--show") show_ = true;
      if (words[i] == "--first" && more) first_ = std::stoull(words[++i]);
      if (words[i] == "--count" && more) count_ = std::stoull(words[++i]);
      if (words[i] == "--trace" && more) file_.open(words[++i]);
      if (words[i] == "--struck" && more) struck_.open(words[++i]);
    }
  }

  [[nodiscard]] std::uint64_t count() const noexcept { return count_; }
  [[nodiscard]] std::uint64_t failures() const noexcept { return failures_; }

  /// `run(seed, trace)` answers the problems that it found.
  template <class Run>
  void run_all(const Run& run) {
    for (auto seed = first_; seed < first_ + count_; ++seed) {
      const std::vector<std::string> found = run(seed, trace());
      failures_ += found.empty() ? 0 : 1;
      for (const auto& each : found)
        std::cerr << "seed " << seed << ": " << each << '\n';
    }
  }
  /// Where actors have died.
  void write_struck(const std::set<std::string>& places) {
    for (const auto& each : places)
      struck_ << each << '\n';
  }
  /// "500 runs, 0 failed; "
  [[nodiscard]] std::string summary() const {
    return std::to_string(count_) + " runs, " + std::to_string(failures_) + " failed; ";
  }
  /// The exit code.
  [[nodiscard]] int end(bool exercised) const {
    if (!exercised) std::cerr << "what the workload is for did not happen\n";
    return failures_ == 0 && exercised ? 0 : 1;
  }

 private:
  std::ostream& trace() { return show_ ? std::cout : (file_.is_open() ? file_ : nowhere_); }

  std::uint64_t first_ = 1;
  std::uint64_t count_ = 10;
  bool show_ = false;
  std::uint64_t failures_ = 0;
  std::ofstream file_;
  std::ofstream struck_;
  std::ostream nowhere_{nullptr};
};

}  // namespace simulation_tests
