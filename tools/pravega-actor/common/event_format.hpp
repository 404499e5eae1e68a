// How `read` shows an event.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "pravega_actor/event_slice.hpp"

namespace pravega_actor::tool {

/// A format with %-sequences, taken apart once.
class event_format {
 public:
  /// %e payload, %l its length, %s segment ("0.0": number and epoch), %o offset, %p event
  /// pointer, %n newline, %t tab, %0 a zero byte, %% a percent sign. invalid_argument names
  /// what else stands behind a '%'.
  [[nodiscard]] static result<event_format> parse(std::string_view text);
  void append(std::string& to, const event_view& event) const;

 private:
  enum class piece : char { text, payload, length, segment, offset, pointer };
  struct part {
    piece kind;
    std::string text;
  };
  void add_text(char c);
  std::vector<part> parts_;
};

/// One JSON object on one line: segment, offset, and the payload as "event" if it is UTF-8,
/// else as "event_base64"; then the reader, if it is given.
void append_json(std::string& to, const event_view& event, std::string_view reader = {});

}  // namespace pravega_actor::tool
