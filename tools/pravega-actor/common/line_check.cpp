#include "common/line_check.hpp"

namespace pravega_actor::tool {

namespace {

constexpr std::size_t examples_max = 10;
constexpr std::size_t shown_max = 100;

std::string shown(const char* what, std::string_view line) {
  return std::string{what}.append(": ").append(line.substr(0, shown_max));
}

}  // namespace

void line_check::expect(std::string_view key, std::string_view line) {
  const auto [key_at, key_is_new] =
      keys_.try_emplace(key, static_cast<std::uint32_t>(written_.size()));
  if (key_is_new) {
    written_.emplace_back();
    read_.emplace_back();
  }
  const auto key_number = key_at->second;
  const auto [at, is_new] =
      lines_.try_emplace(line, known_line{static_cast<line_id>(texts_.size()), key_number});
  if (is_new) texts_.push_back(line);
  written_[key_number].push_back(at->second.id);
  order_.push_back(key_number);
}

void line_check::arrived(std::string_view line) {
  ++arrivals_;
  const auto at = lines_.find(line);
  if (at != lines_.end()) return read_[at->second.key].push_back(at->second.id);
  ++foreign_;
  if (foreign_examples_.size() < examples_max)
    foreign_examples_.push_back(shown("never written", line));
}

void line_check::example(line_findings& into, const char* what, line_id id) const {
  if (into.examples.size() < examples_max) into.examples.push_back(shown(what, texts_[id]));
}

// Gives each line that was read the place of its first equal that is not taken yet.
void line_check::compare(const sequence& written, const sequence& read,
                         line_findings& into) const {
  if (written == read) return;
  std::unordered_map<line_id, std::vector<std::size_t>> places;
  for (auto i = written.size(); i > 0; --i)
    places[written[i - 1]].push_back(i - 1);
  std::size_t taken = 0;
  std::size_t latest = 0;
  for (const auto id : read) {
    auto& left = places[id];
    if (left.empty()) {
      ++into.doubled;
      example(into, "came twice", id);
      continue;
    }
    const auto place = left.back();
    left.pop_back();
    ++taken;
    if (place < latest) {
      ++into.reordered;
      example(into, "out of order", id);
    }
    latest = std::max(latest, place);
  }
  into.lost += written.size() - taken;
  for (std::size_t i = 0; i < written.size(); ++i) {
    const auto& left = places[written[i]];
    if (!left.empty() && left.back() <= i) example(into, "lost", written[i]);
  }
}

line_findings line_check::findings(std::uint64_t written) const {
  line_findings found;
  found.foreign = foreign_;
  found.examples = foreign_examples_;
  std::vector<std::size_t> counts(written_.size());
  for (std::uint64_t i = 0; i < written && i < order_.size(); ++i)
    ++counts[order_[i]];
  for (std::size_t key = 0; key < written_.size(); ++key) {
    const auto& all = written_[key];
    const sequence sent(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(counts[key]));
    compare(sent, read_[key], found);
  }
  return found;
}

}  // namespace pravega_actor::tool
