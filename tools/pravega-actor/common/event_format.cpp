#include "common/event_format.hpp"

#include <fmt/format.h>

#include <iterator>

#include "common/json_text.hpp"
#include "common/safe_text.hpp"
#include "core/base64.hpp"

namespace pravega_actor::tool {

namespace {

std::string segment_of(const event_view& event) {
  return fmt::format("{}.{}", event.in->id.number, event.in->id.epoch);
}

}  // namespace

void event_format::add_text(char c) {
  if (parts_.empty() || parts_.back().kind != piece::text) parts_.push_back({piece::text, {}});
  parts_.back().text += c;
}

result<event_format> event_format::parse(std::string_view text) {
  event_format format;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      format.add_text(text[i]);
      continue;
    }
    const char kind = ++i < text.size() ? text[i] : ' ';
    switch (kind) {
      case 'e':
        format.parts_.push_back({piece::payload, {}});
        break;
      case 'l':
        format.parts_.push_back({piece::length, {}});
        break;
      case 's':
        format.parts_.push_back({piece::segment, {}});
        break;
      case 'o':
        format.parts_.push_back({piece::offset, {}});
        break;
      case 'p':
        format.parts_.push_back({piece::pointer, {}});
        break;
      case 'n':
        format.add_text('\n');
        break;
      case 't':
        format.add_text('\t');
        break;
      case '0':
        format.add_text('\0');
        break;
      case '%':
        format.add_text('%');
        break;
      default:
        return error{errc::invalid_argument, std::string{"--format: \"%"} + kind +
                                                 "\" is not one of %e %l %s %o %p %n %t %0 %%"};
    }
  }
  return format;
}

void event_format::append(std::string& to, const event_view& event) const {
  for (const auto& each : parts_) {
    switch (each.kind) {
      case piece::text:
        to += each.text;
        break;
      case piece::payload:
        to += as_text(event.payload);
        break;
      case piece::length:
        to += std::to_string(event.payload.size());
        break;
      case piece::segment:
        to += segment_of(event);
        break;
      case piece::offset:
        to += std::to_string(event.offset);
        break;
      case piece::pointer:
        to += event.pointer().to_string();
        break;
    }
  }
}

void append_json(std::string& to, const event_view& event, std::string_view reader) {
  to += "{\"segment\":";
  append_json_string(to, segment_of(event));
  to += ",\"offset\":";
  to += std::to_string(event.offset);
  const auto text = as_text(event.payload);
  if (internal::is_utf8(text)) {
    to += ",\"event\":";
    append_json_string(to, text);
  } else {
    to += ",\"event_base64\":";
    append_json_string(to, internal::to_base64(event.payload));
  }
  if (!reader.empty()) {
    to += ",\"reader\":";
    append_json_string(to, reader);
  }
  to += "}\n";
}

}  // namespace pravega_actor::tool
