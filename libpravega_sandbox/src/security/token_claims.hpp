// The claims of a token: a JSON object of texts and numbers.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace pravega_sandbox {

struct token_claim {
  std::string name;
  /// Nothing for any other kind of value.
  std::variant<std::monostate, std::string, double> value;

  [[nodiscard]] const std::string* text() const { return std::get_if<std::string>(&value); }
  [[nodiscard]] const double* number() const { return std::get_if<double>(&value); }
};

/// In their order. Nothing if the text is no JSON object within `security_limits`.
[[nodiscard]] std::optional<std::vector<token_claim>> read_claims(std::string_view json);
/// The first of this name, or null.
[[nodiscard]] const token_claim* find_claim(const std::vector<token_claim>& all,
                                            std::string_view name);
/// A text as JSON, with its quotes.
[[nodiscard]] std::string json_text(std::string_view text);

}  // namespace pravega_sandbox
