#include "core/cause_text.hpp"

#include <string_view>

namespace pravega_actor::internal {

std::string cause_text(const error& why) {
  // The last part of the text. A detail may quote such a part, too, so it is not searched for.
  constexpr std::string_view label{"; advice: "};
  auto text = why.to_string();
  text.resize(text.size() - label.size() - advice(why.code()).size());
  return text;
}

}  // namespace pravega_actor::internal
