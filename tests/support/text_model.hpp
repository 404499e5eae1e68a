// A small replicated state: a list of words, which refuses some.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "pravega_actor/replica.hpp"

namespace pravega_actor::test {

/// The state is the list of all words that were applied. Bytes of a state end with '.': what
/// follows does not count.
struct text_model {
  using state_type = std::vector<std::string>;
  using initial_type = std::vector<std::string>;
  using update_type = std::string;

  static result<void> encode_initial(const state_type& state, std::vector<std::byte>& to) {
    std::string text;
    for (const auto& each : state)
      text.append(each).append(",");
    text.append(".");
    return encode_update(text, to);
  }
  static result<void> encode_state(const state_type& state, std::vector<std::byte>& to) {
    return encode_initial(state, to);
  }
  static result<state_type> decode_initial(byte_view bytes) {
    state_type out;
    std::string word;
    for (const char each : as_text(bytes)) {
      if (each == '.') return out;
      if (each == ',')
        out.push_back(std::exchange(word, {}));
      else
        word.push_back(each);
    }
    return error{errc::invalid_argument, "a state without an end"};
  }
  static result<void> encode_update(const std::string& update, std::vector<std::byte>& to) {
    if (update == "unwritable") return error{errc::invalid_argument, "a word without a form"};
    const auto bytes = as_bytes(update);
    to.insert(to.end(), bytes.begin(), bytes.end());
    return {};
  }
  static result<std::string> decode_update(byte_view bytes) {
    if (as_text(bytes) == "unreadable") return error{errc::invalid_argument, "not a word"};
    return std::string{as_text(bytes)};
  }
  static result<void> apply(state_type& to, const std::string& update) {
    if (update == "throw") throw std::string{"anything"};
    to.push_back(update);
    // Behind the change, so that a failure leaves half a state.
    if (update == "bad") return error{errc::precondition_failed, "a bad word"};
    return {};
  }
};

[[nodiscard]] inline shared_bytes bytes_of(std::string_view text) {
  return shared_bytes::copy_of(as_bytes(text));
}

}  // namespace pravega_actor::test
