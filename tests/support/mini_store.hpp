// A segment store in a few lines, to which real sessions talk: answers are given when the test
// says so, in the thread that says it.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "connection/session.hpp"
#include "pravega_actor/event_slice.hpp"
#include "wire/big_endian.hpp"
#include "wire/codec.hpp"

namespace pravega_actor::test {

using namespace internal;

using byte_vector = std::vector<std::byte>;

inline void append_event(byte_vector& to, std::string_view payload) {
  const auto frame = wire::encode(
      wire::event{byte_vector(as_bytes(payload).begin(), as_bytes(payload).end())});
  to.insert(to.end(), frame->begin(), frame->end());
}

inline byte_vector events(const std::vector<std::string>& payloads) {
  byte_vector out;
  for (const auto& each : payloads)
    append_event(out, each);
  return out;
}

inline std::vector<std::string> payloads_of(const event_slice& slice) {
  std::vector<std::string> out;
  for (const auto& each : slice)
    out.emplace_back(as_text(each.payload));
  return out;
}

inline segment test_segment(std::int32_t number = 0) {
  return {{"scope", "stream"}, {number, 0}};
}

class mini_store final : public connection_port {
 public:
  struct stored {
    byte_vector bytes;
    std::int64_t start = 0;
    bool sealed = false;
  };
  /// One request that came, with the session to answer on.
  struct request {
    std::weak_ptr<session> from;
    std::int32_t type = 0;
    byte_vector payload;
    [[nodiscard]] wire::read_segment read() const {
      return *wire::decode_as<wire::read_segment>(payload);
    }
    void answer(const byte_vector& frame) const {
      if (auto to = from.lock()) feed(*to, frame);
    }
    template <wire::command_struct T>
    void answer(const T& reply) const {
      answer(*wire::encode(reply));
    }
  };

  /// A connected session. Requests on it land in `requests`.
  std::shared_ptr<session> connect_session(bool dedicated = false) {
    auto made = std::make_shared<session>(
        endpoint{"store", 1}, dedicated, std::make_shared<buffer_pool>(),
        [](const session_notice&) {}, clock);
    made->open(*this, seconds{1});
    made->on_connected();
    std::lock_guard lock{mutex_};
    sessions_.push_back(made);
    return made;
  }

  static void feed(session& to, const byte_vector& bytes) {
    for (std::size_t at = 0; at < bytes.size() && !to.closed();) {
      auto room = to.receive_buffer();
      const auto count = std::min(room.size(), bytes.size() - at);
      std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(at), count, room.begin());
      to.on_received(count);
      at += count;
    }
  }

  /// The oldest request that was not taken yet.
  std::optional<request> take_request() {
    std::lock_guard lock{mutex_};
    if (requests_.empty()) return std::nullopt;
    auto first = std::move(requests_.front());
    requests_.pop_front();
    return first;
  }

  /// Answers the oldest request that has an answer. False: none has.
  bool step() {
    std::optional<request> chosen;
    byte_vector reply;
    {
      std::lock_guard lock{mutex_};
      for (auto at = requests_.begin(); at != requests_.end(); ++at) {
        auto found = answer_of(*at);
        if (!found) continue;
        reply = std::move(*found);
        chosen = std::move(*at);
        requests_.erase(at);
        break;
      }
    }
    if (!chosen) return false;
    chosen->answer(reply);
    return true;
  }

  /// Ends every session.
  void cut() {
    std::vector<std::weak_ptr<session>> all;
    {
      std::lock_guard lock{mutex_};
      all.swap(sessions_);
      requests_.clear();
    }
    for (auto& each : all)
      if (auto alive = each.lock()) alive->on_closed(error{errc::connection_lost, "cut"});
  }

  void change(const std::function<void(std::map<std::string, stored>&)>& how) {
    std::lock_guard lock{mutex_};
    how(segments_);
  }
  void put(const segment& which, byte_vector bytes, bool sealed = false) {
    change([&](auto& all) { all[which.to_string()] = {std::move(bytes), 0, sealed}; });
  }
  std::size_t requests_waiting() const {
    std::lock_guard lock{mutex_};
    return requests_.size();
  }

  /// Of the sessions.
  session::clock clock = clock_type::now;
  /// Most data in one reply.
  std::size_t reply_bytes_max = limits::read_bytes_max;

  // connection_port
  std::shared_ptr<connection> connect(const endpoint&, duration,
                                      std::shared_ptr<connection_handler> handler) override {
    return std::make_shared<wire_end>(
        *this, std::weak_ptr<session>{std::static_pointer_cast<session>(handler)});
  }
  std::size_t open_connections() const override { return 0; }

 private:
  class wire_end final : public connection {
   public:
    wire_end(mini_store& to, std::weak_ptr<session> from) : to_{to}, from_{std::move(from)} {}
    void send(std::span<const shared_bytes> parts) override {
      byte_vector bytes;
      for (const auto& part : parts)
        bytes.insert(bytes.end(), part.view.begin(), part.view.end());
      to_.on_sent(from_, bytes);
    }
    std::size_t unsent_bytes() const override { return 0; }
    void close() override {}

   private:
    mini_store& to_;
    const std::weak_ptr<session> from_;
  };

  void on_sent(const std::weak_ptr<session>& from, const byte_vector& bytes) {
    const auto type = wire::load_big_endian<std::int32_t>(bytes.data());
    if (type == wire::hello::code || type == wire::keep_alive::code) return;
    std::lock_guard lock{mutex_};
    requests_.push_back(request{from, type, byte_vector(bytes.begin() + 8, bytes.end())});
  }

  template <wire::command_struct T>
  static std::optional<byte_vector> frame(const T& reply) {
    return *wire::encode(reply);
  }

  std::optional<byte_vector> answer_of(const request& what) const {
    if (what.type == wire::get_stream_segment_info::code) {
      const auto asked = *wire::decode_as<wire::get_stream_segment_info>(what.payload);
      const auto at = segments_.find(asked.segment);
      if (at == segments_.end())
        return frame(wire::no_such_segment{asked.request_id, asked.segment, "", -1});
      return frame(wire::stream_segment_info{
          asked.request_id, asked.segment, true, at->second.sealed, false, 7,
          static_cast<std::int64_t>(at->second.bytes.size()), at->second.start});
    }
    return answer_of_read(what.read());
  }

  std::optional<byte_vector> answer_of_read(const wire::read_segment& asked) const {
    const auto at = segments_.find(asked.segment);
    if (at == segments_.end())
      return frame(wire::no_such_segment{asked.request_id, asked.segment, "", asked.offset});
    const auto& held = at->second;
    if (asked.offset < held.start)
      return frame(wire::segment_is_truncated{asked.request_id, asked.segment, held.start, "",
                                              asked.offset});
    const auto from = static_cast<std::size_t>(asked.offset);
    const auto left = held.bytes.size() - std::min(from, held.bytes.size());
    if (left == 0 && !held.sealed) return std::nullopt;
    const auto wanted = static_cast<std::size_t>(std::max(asked.suggested_length, 8));
    const auto count = std::min({left, wanted, reply_bytes_max});
    const auto begin = held.bytes.begin() + static_cast<std::ptrdiff_t>(from);
    return frame(wire::segment_read{
        asked.segment, asked.offset, count == left,
        held.sealed && count == left && wanted > left,
        byte_vector(begin, begin + static_cast<std::ptrdiff_t>(count)), asked.request_id});
  }

  mutable std::mutex mutex_;
  std::map<std::string, stored> segments_;
  std::deque<request> requests_;
  std::vector<std::weak_ptr<session>> sessions_;
};

}  // namespace pravega_actor::test
