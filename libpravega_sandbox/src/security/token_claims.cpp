#include "security/token_claims.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <utility>

#include "security/security_limits.hpp"

namespace pravega_sandbox {

namespace {

void add_utf8(std::uint32_t code, std::string& to) {
  const auto tail = [&](int shift) { to += static_cast<char>(0x80 | (code >> shift & 0x3F)); };
  if (code < 0x80) {
    to += static_cast<char>(code);
  } else if (code < 0x800) {
    to += static_cast<char>(0xC0 | code >> 6);
    tail(0);
  } else if (code < 0x10000) {
    to += static_cast<char>(0xE0 | code >> 12);
    tail(6), tail(0);
  } else {
    to += static_cast<char>(0xF0 | code >> 18);
    tail(12), tail(6), tail(0);
  }
}

/// Reads JSON from left to right; every member says whether that went well.
class claim_reader {
 public:
  explicit claim_reader(std::string_view json) : left_{json} {}

  bool object(std::vector<token_claim>& out) {
    if (!take('{')) return false;
    if (take('}')) return at_end();
    do {
      if (out.size() == security_limits::claims_max) return false;
      token_claim one;
      if (!text(one.name) || !take(':') || !value(one, 0)) return false;
      out.push_back(std::move(one));
    } while (take(','));
    return take('}') && at_end();
  }

 private:
  void skip_space() {
    const auto start = left_.find_first_not_of(" \t\r\n");
    left_.remove_prefix(std::min(start, left_.size()));
  }
  bool take(char wanted) {
    skip_space();
    if (!left_.starts_with(wanted)) return false;
    left_.remove_prefix(1);
    return true;
  }
  bool at_end() {
    skip_space();
    return left_.empty();
  }
  bool word(std::string_view wanted) {
    if (!left_.starts_with(wanted)) return false;
    left_.remove_prefix(wanted.size());
    return true;
  }

  bool value(token_claim& out, std::size_t depth) {
    skip_space();
    if (left_.empty()) return false;
    switch (left_.front()) {
      case '"':
        return text(out.value.emplace<std::string>());
      case '{':
      case '[':
        return nested(depth + 1);
      case 't':
        return word("true");
      case 'f':
        return word("false");
      case 'n':
        return word("null");
      default:
        return number(out.value.emplace<double>());
    }
  }

  bool nested(std::size_t depth) {
    if (depth > security_limits::claim_depth_max) return false;
    const bool named = take('{');
    if (!named && !take('[')) return false;
    const char end = named ? '}' : ']';
    if (take(end)) return true;
    do {
      token_claim ignored;
      if (named && (!text(ignored.name) || !take(':'))) return false;
      if (!value(ignored, depth)) return false;
    } while (take(','));
    return take(end);
  }

  bool number(double& out) {
    const auto [end, failure] = std::from_chars(left_.data(), left_.data() + left_.size(), out);
    if (failure != std::errc{} || !(out == out) || out - out != 0) return false;
    left_.remove_prefix(static_cast<std::size_t>(end - left_.data()));
    return true;
  }

  bool text(std::string& out) {
    if (!take('"')) return false;
    while (!left_.empty()) {
      const char next = left_.front();
      left_.remove_prefix(1);
      if (next == '"') return true;
      if (static_cast<unsigned char>(next) < 0x20) return false;
      if (next != '\\')
        out += next;
      else if (!escape(out))
        return false;
    }
    return false;
  }

  bool escape(std::string& out) {
    if (left_.empty()) return false;
    const char which = left_.front();
    left_.remove_prefix(1);
    if (which == 'u') return code_point(out);
    constexpr std::string_view from = "\"\\/bfnrt";
    constexpr std::string_view to = "\"\\/\b\f\n\r\t";
    const auto at = from.find(which);
    if (at == std::string_view::npos) return false;
    out += to[at];
    return true;
  }

  bool unit(std::uint32_t& out) {
    if (left_.size() < 4) return false;
    const auto [end, failure] = std::from_chars(left_.data(), left_.data() + 4, out, 16);
    if (failure != std::errc{} || end != left_.data() + 4) return false;
    left_.remove_prefix(4);
    return true;
  }

  bool code_point(std::string& out) {
    std::uint32_t code = 0;
    if (!unit(code)) return false;
    const auto is_low = [](std::uint32_t of) { return of >= 0xDC00 && of <= 0xDFFF; };
    if (is_low(code)) return false;
    if (code >= 0xD800 && code < 0xDC00) {
      std::uint32_t low = 0;
      if (!word("\\u") || !unit(low) || !is_low(low)) return false;
      code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
    }
    add_utf8(code, out);
    return true;
  }

  std::string_view left_;
};

}  // namespace

std::optional<std::vector<token_claim>> read_claims(std::string_view json) {
  std::vector<token_claim> all;
  if (!claim_reader{json}.object(all)) return std::nullopt;
  return all;
}

const token_claim* find_claim(const std::vector<token_claim>& all, std::string_view name) {
  const auto found = std::find_if(
      all.begin(), all.end(), [name](const token_claim& each) { return each.name == name; });
  return found == all.end() ? nullptr : &*found;
}

std::string json_text(std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out = "\"";
  for (const char each : text) {
    const auto code = static_cast<unsigned char>(each);
    if (each == '"' || each == '\\') {
      out.append("\\").append(1, each);
    } else if (code < 0x20) {
      out.append("\\u00").append(1, digits[code >> 4]).append(1, digits[code & 15]);
    } else {
      out += each;
    }
  }
  return out + "\"";
}

}  // namespace pravega_sandbox
