// A reader that is used by messages, and subscribers that keep what they get.
#pragma once

#include <set>

#include "reader/stream_reader_delivery.hpp"
#include "unit/reader/stream_reader_world.hpp"

namespace pravega_actor::test {

using namespace internal;

/// A subscriber that also takes the reader's answers as messages.
using test_consumer =
    reader_subscriber::extend<caf::reacts_to<reader_status>, caf::reacts_to<reader_closed>,
                              caf::reacts_to<items_released>, caf::reacts_to<reader_position>>;

inline test_consumer::behavior_type keep_all(test_consumer::pointer,
                                             std::shared_ptr<reader_inbox> in) {
  return {[in](const slice_delivered& m) { in->got.emplace_back(m); },
          [in](const segment_ended& m) { in->got.emplace_back(m); },
          [in](const gap_delivered& m) { in->got.emplace_back(m); },
          [in](const reader_ended& m) { in->got.emplace_back(m); },
          [in](const reader_status& m) { in->got.emplace_back(m); },
          [in](const reader_closed& m) { in->got.emplace_back(m); },
          [in](const items_released& m) { in->got.emplace_back(m); },
          [in](const reader_position& m) { in->got.emplace_back(m); }};
}

struct delivery_world : stream_world {
  using offsets = std::map<segment_id, std::int64_t>;
  using numbers = std::vector<std::uint64_t>;

  struct consumer {
    std::shared_ptr<reader_inbox> box = std::make_shared<reader_inbox>();
    test_consumer actor;

    std::size_t slices() const { return box->count<slice_delivered>(); }
    /// Of the items, in the order in which they came.
    numbers got() const {
      numbers out;
      for (const auto& each : box->got) {
        if (const auto* slice = std::get_if<slice_delivered>(&each))
          out.push_back(slice->number);
        if (const auto* end = std::get_if<segment_ended>(&each)) out.push_back(end->number);
        if (const auto* gap = std::get_if<gap_delivered>(&each)) out.push_back(gap->number);
      }
      return out;
    }
    template <class T>
    T last() const {
      const auto at = std::find_if(box->got.rbegin(), box->got.rend(), [](const auto& each) {
        return std::holds_alternative<T>(each);
      });
      REQUIRE(at != box->got.rend());
      return std::get<T>(*at);
    }
    bool ended() const { return box->count<reader_ended>() > 0; }
  };
  std::vector<std::unique_ptr<consumer>> consumers;
  consumer& first;

  delivery_world() : first{make_consumer()} { setup.use = reader_use::messages; }
  ~delivery_world() {
    for (const auto& each : consumers)
      caf::anon_send_exit(each->actor, caf::exit_reason::user_shutdown);
  }

  consumer& make_consumer() {
    consumers.push_back(std::make_unique<consumer>());
    auto& made = *consumers.back();
    made.actor = system.spawn(keep_all, made.box);
    return made;
  }
  /// Sends to the reader in the consumer's name.
  template <class T>
  void tell(const consumer& from, T what) {
    caf::send_as(from.actor, actor, std::move(what));
    run();
  }
  template <class T>
  void tell(T what) {
    tell(first, std::move(what));
  }
  /// The reader's answer.
  template <class Answer, class T>
  Answer ask(T what) {
    const auto before = first.box->count<Answer>();
    tell(std::move(what));
    REQUIRE(first.box->count<Answer>() == before + 1);
    return first.last<Answer>();
  }
  void open() {
    store.reply_bytes_max = 12;
    spawn();
    run();
    REQUIRE(opened);
    REQUIRE(*opened);
  }
  void start() {
    open();
    tell(subscribe_reader{first.actor});
  }
  void crash(const consumer& which) {
    caf::anon_send_exit(which.actor, caf::exit_reason::kill);
    run();
  }
  offsets released() { return ask<reader_position>(get_position{}).released.offsets; }
  offsets read() { return ask<reader_position>(get_position{}).read.offsets; }
};

/// Ten slices of one event each.
inline byte_vector ten() {
  return events(
      {"0000", "1111", "2222", "3333", "4444", "5555", "6666", "7777", "8888", "9999"});
}

}  // namespace pravega_actor::test
