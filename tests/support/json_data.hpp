// Reads test data: JSON that may hold half surrogate pairs, as Java's strings may.
#pragma once

#include <cstddef>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "support/source_paths.hpp"

namespace pravega_actor::test {

/// Doubles the backslash of each "\udXXX" that has no other half, so that it stays as plain
/// text.
inline std::string without_half_pairs(std::string_view json) {
  const auto unit_at = [json](std::size_t at) -> unsigned {
    if (json.substr(at, 2) != "\\u" || at + 6 > json.size()) return 0;
    return static_cast<unsigned>(std::stoul(std::string{json.substr(at + 2, 4)}, nullptr, 16));
  };
  std::string fixed;
  fixed.reserve(json.size());
  for (std::size_t at = 0; at < json.size();) {
    if (json[at] != '\\') {
      fixed += json[at++];
      continue;
    }
    const unsigned unit = unit_at(at);
    const bool high = unit >= 0xD800 && unit < 0xDC00;
    const unsigned next = high ? unit_at(at + 6) : 0;
    const bool pair = next >= 0xDC00 && next < 0xE000;
    if (unit >= 0xD800 && unit < 0xE000 && !pair) fixed += '\\';
    const std::size_t length = pair ? 12 : 2;
    fixed += json.substr(at, length);
    at += length;
  }
  return fixed;
}

/// A file of tests/data, for example "vectors.json".
inline nlohmann::json json_data(const std::string& name) {
  const std::string path = std::string{test_data_dir} + "/" + name;
  std::ifstream file{path, std::ios::binary};
  const std::string text{std::istreambuf_iterator<char>{file}, {}};
  if (text.empty()) throw std::runtime_error{"no test data in " + path};
  return nlohmann::json::parse(without_half_pairs(text));
}

/// The golden values that every client must reproduce.
inline const nlohmann::json& golden() {
  static const nlohmann::json values = json_data("vectors.json");
  return values;
}

inline std::string to_hex(const std::vector<std::byte>& bytes) {
  std::string text;
  for (const std::byte b : bytes) {
    text += "0123456789abcdef"[static_cast<unsigned>(b) >> 4];
    text += "0123456789abcdef"[static_cast<unsigned>(b) & 15];
  }
  return text;
}

inline std::vector<std::byte> from_hex(const std::string& text) {
  std::vector<std::byte> bytes;
  for (std::size_t at = 0; at + 1 < text.size(); at += 2)
    bytes.push_back(static_cast<std::byte>(std::stoul(text.substr(at, 2), nullptr, 16)));
  return bytes;
}

}  // namespace pravega_actor::test
