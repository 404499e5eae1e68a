#include "wire/codec.hpp"

namespace pravega_actor::internal::wire {
namespace {

// Stack traces run to kilobytes; a trace line shows their beginning.
constexpr std::size_t printed_text_bytes_max = 200;

void quote(std::string& out, std::string_view value) {
  static constexpr char digits[] = "0123456789abcdef";
  const auto shown = value.substr(0, printed_text_bytes_max);
  out += '"';
  for (const char c : shown) {
    const auto code = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (code < 0x20 || code == 0x7F) {
      out += "\\x";
      out += digits[code >> 4];
      out += digits[code & 15];
    } else {
      out += c;
    }
  }
  out += '"';
  if (shown.size() < value.size()) out += "...";
}

void count(std::string& out, std::size_t number, std::string_view what) {
  out.append("<").append(std::to_string(number)).append(" ").append(what).append(">");
}

/// Appends "name=value" for each field.
class printer {
 public:
  explicit printer(std::string& out) : out_{out} {}

  template <class Presence, class T>
  bool operator()(Presence, std::string_view name, const T& value) {
    out_.append(first_ ? "" : ", ").append(name).append("=");
    first_ = false;
    if constexpr (std::is_same_v<T, std::string>) {
      if (name == "delegation_token") {
        count(out_, value.size(), "bytes");
        return true;
      }
    }
    show(value);
    return true;
  }

 private:
  void show(bool value) { out_ += value ? "true" : "false"; }
  void show(const uuid& value) { out_ += value.to_string(); }
  void show(const std::string& value) { quote(out_, value); }
  void show(const blob& value) { count(out_, value.size(), "bytes"); }
  void show(const table_iterator_args& value) {
    out_ += "{continuation_token=";
    show(value.continuation_token);
    out_ += ", from_key=";
    show(value.from_key);
    out_ += ", to_key=";
    show(value.to_key);
    out_ += "}";
  }
  template <class T>
  void show(const std::vector<T>& value) {
    count(out_, value.size(), "entries");
  }
  template <class T>
  requires std::is_integral_v<T>
  void show(T value) { out_ += std::to_string(value); }
  template <class T>
  requires std::is_enum_v<T>
  void show(T value) { out_ += std::to_string(static_cast<std::underlying_type_t<T>>(value)); }

  std::string& out_;
  bool first_ = true;
};

}  // namespace

template <command_struct T>
std::string to_string(const T& value) {
  std::string out{T::name};
  out += "{";
  T::fields(value, printer{out});
  out += "}";
  return out;
}

std::string to_string(const command& value) {
  return visit([](const auto& one) { return to_string(one); }, value);
}

#define PRAVEGA_ACTOR_WIRE_DEFINE(name) template std::string to_string(const name& value);
PRAVEGA_ACTOR_WIRE_COMMANDS(PRAVEGA_ACTOR_WIRE_DEFINE)
#undef PRAVEGA_ACTOR_WIRE_DEFINE

}  // namespace pravega_actor::internal::wire
