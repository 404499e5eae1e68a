// A blocking client of the segment store: frames out, frames in, no logic of its own.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "interop/behaviour/server_under_test.hpp"
#include "pravega_actor/uuid.hpp"
#include "wire/codec.hpp"
#include "wire/frame_reader.hpp"

namespace pravega_actor::behaviour {

using namespace internal;

using wire::blob;
using wire::null_attribute_value;

inline constexpr int patience_ms = 20000;
/// Long enough for an answer that would come at once, short enough to wait for its absence.
inline constexpr int silence_ms = 400;

[[nodiscard]] blob bytes_of(std::string_view text);
/// An event as it stands in a segment: type 0, length, payload.
[[nodiscard]] std::string event_text(std::string_view payload);
/// A whole frame of any type and payload, also of ones that the codec refuses to make.
[[nodiscard]] blob raw_frame(std::int32_t type, std::string_view payload);
[[nodiscard]] uuid new_uuid();

class store_client {
 public:
  enum class greeting { exchanged, none };
  explicit store_client(greeting chosen = greeting::exchanged);
  ~store_client();
  store_client(const store_client&) = delete;
  store_client& operator=(const store_client&) = delete;

  /// False if the server has closed.
  bool send_bytes(byte_view bytes);
  template <class Command>
  void send(const Command& command) {
    const auto frame = wire::encode(command);
    REQUIRE(frame);
    REQUIRE(send_bytes(*frame));
  }
  /// The next frame; nothing when the server closes or is silent for `wait_ms`.
  std::optional<wire::frame> receive(int wait_ms = patience_ms);
  /// The next frame must be a `Reply`.
  template <class Reply>
  Reply expect() {
    const auto frame = receive();
    if (!frame) FAIL("no " << Reply::name << (closed_ ? ": closed" : ": silence"));
    if (frame->type != Reply::code) {
      FAIL("instead of " << Reply::name << ": " << wire::type_name(frame->type));
    }
    const auto reply = wire::decode_as<Reply>(frame->payload);
    REQUIRE(reply);
    return *reply;
  }
  template <class Reply, class Command>
  Reply ask(const Command& command) {
    send(command);
    return expect<Reply>();
  }
  /// Whether the server closes the connection without another frame.
  bool closes();
  /// Whether nothing comes and the connection stays.
  bool is_silent();
  /// Whether the answer is an ErrorMessage about a bad argument, or the end: a real server
  /// gives the one or the other.
  bool is_refused_or_ended(std::int64_t request_id);
  /// Whether the server echoes.
  bool is_alive();
  /// Closes this side.
  void close();

  // What most tests need.

  /// Creates a segment under a name of its own, without the controller.
  std::string new_segment();
  wire::append_setup setup(const std::string& segment, uuid writer);
  void append(uuid writer, std::int64_t number, std::string_view data, std::int32_t events = 1);
  /// The acknowledgement of exactly this event number.
  wire::data_appended acknowledged(std::int64_t number);
  wire::stream_segment_info info(const std::string& segment);
  wire::segment_read read(const std::string& segment, std::int64_t offset,
                          std::int32_t length = 1000);
  /// All bytes from `offset` to the end of now.
  std::string read_all(const std::string& segment, std::int64_t offset = 0);
  void seal(const std::string& segment);
  void remove(const std::string& segment);
  void truncate(const std::string& segment, std::int64_t offset);

 private:
  [[nodiscard]] std::int64_t next_id() { return (std::int64_t{1} << 32) + ++requests_; }

  int fd_ = -1;
  bool closed_ = false;
  std::int64_t requests_ = 0;
  wire::frame_reader reader_;
};

}  // namespace pravega_actor::behaviour
