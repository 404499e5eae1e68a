// Checks lines that were written by key against what was read back.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace pravega_actor::tool {

struct line_findings {
  std::uint64_t lost = 0;
  /// Lines that came more often than they were written.
  std::uint64_t doubled = 0;
  /// Lines that came after a later one of their key.
  std::uint64_t reordered = 0;
  /// Lines that were never written.
  std::uint64_t foreign = 0;
  std::vector<std::string> examples;
  [[nodiscard]] bool clean() const noexcept {
    return lost == 0 && doubled == 0 && reordered == 0 && foreign == 0;
  }
};

/// Equal lines differ by their place among the lines of their key: the sequence that was read
/// must be the sequence that was written. The key of a line follows from its text.
class line_check {
 public:
  /// The next line that will be written; `line` and `key` must stay.
  void expect(std::string_view key, std::string_view line);
  void arrived(std::string_view line);

  [[nodiscard]] std::size_t keys() const noexcept { return written_.size(); }
  [[nodiscard]] std::uint64_t expected() const noexcept { return order_.size(); }
  [[nodiscard]] std::uint64_t arrivals() const noexcept { return arrivals_; }
  /// What is wrong if only the first `written` expected lines were written.
  [[nodiscard]] line_findings findings(std::uint64_t written) const;

 private:
  using line_id = std::uint32_t;
  using sequence = std::vector<line_id>;
  struct known_line {
    line_id id;
    std::uint32_t key;
  };
  void compare(const sequence& written, const sequence& read, line_findings& into) const;
  void example(line_findings& into, const char* what, line_id id) const;

  std::unordered_map<std::string_view, std::uint32_t> keys_;
  std::unordered_map<std::string_view, known_line> lines_;
  std::vector<std::string_view> texts_;
  /// For each key.
  std::vector<sequence> written_;
  std::vector<sequence> read_;
  /// The key of each expected line, in the order of writing.
  std::vector<std::uint32_t> order_;
  std::uint64_t arrivals_ = 0;
  std::uint64_t foreign_ = 0;
  std::vector<std::string> foreign_examples_;
};

}  // namespace pravega_actor::tool
