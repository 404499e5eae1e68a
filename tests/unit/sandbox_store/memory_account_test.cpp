#include "store/memory_account.hpp"

#include <memory>
#include <string>
#include <vector>

#include "store/store_limits.hpp"
#include "unit/sandbox_store/session_client.hpp"
#include "wire/big_endian.hpp"

using namespace pravega_sandbox;
using namespace pravega_sandbox::test;

namespace {

constexpr std::size_t mib = 1u << 20;
constexpr std::size_t reserve = store_limits::memory_reserve_bytes_min;

/// The first bytes of an append of this size.
std::vector<std::byte> beginning_of_frame(std::size_t payload_bytes) {
  std::vector<std::byte> bytes(100);
  pravega_actor::internal::wire::store_big_endian<std::int32_t>(bytes.data(),
                                                                wire::append_block_end::code);
  pravega_actor::internal::wire::store_big_endian<std::int32_t>(
      bytes.data() + 4, static_cast<std::int32_t>(payload_bytes));
  return bytes;
}

using clients = std::vector<std::unique_ptr<session_client>>;

std::size_t open(const clients& all) {
  std::size_t count = 0;
  for (const auto& each : all)
    if (!each->session.closed()) ++count;
  return count;
}

std::string padded(std::size_t number, std::size_t size) {
  auto name = std::to_string(number);
  name.resize(size, 'n');
  return name;
}

}  // namespace

TEST_CASE("memory account: events have their limit, the rest what they leave and the reserve") {
  memory_account account{64 * mib};
  CHECK(account.reserve() == reserve);
  CHECK(account.bytes_max() == 64 * mib + reserve);
  account.add(memory_use::events, 64 * mib);
  CHECK(account.free() == reserve);
  CHECK(account.events_max() == 64 * mib);
  account.give_back(memory_use::events, 60 * mib);
  memory_share names{account, memory_use::metadata};
  CHECK(names.resize(reserve + mib));
  CHECK(account.events_max() == 63 * mib);
  CHECK_FALSE(names.resize(reserve + 61 * mib));
  CHECK(names.bytes() == reserve + mib);
  CHECK(names.resize(reserve + 60 * mib));
  CHECK(account.free() == 0);
  CHECK(account.events_max() == 4 * mib);
  CHECK(names.resize(0));
  CHECK(account.used() == 4 * mib);
  CHECK(memory_account{std::size_t{4} << 30}.reserve() == std::size_t{1} << 30);
}

TEST_CASE("memory account: replies have a limit of their own and take nobody's room") {
  memory_account account{64 * mib};
  {
    memory_share unsent{account, memory_use::replies};
    unsent.set(reserve);
    CHECK_FALSE(account.crowded());
    unsent.set(reserve + 1);
    CHECK(account.crowded());
    CHECK(account.free() == account.bytes_max());
  }
  CHECK_FALSE(account.crowded());
}

TEST_CASE("memory account: says when much has become free") {
  memory_account account{64 * mib};
  int falls = 0;
  account.on_fall(10, [&] { ++falls; });
  account.add(memory_use::events, 25);
  account.give_back(memory_use::events, 9);
  CHECK(falls == 0);
  account.give_back(memory_use::events, 1);
  CHECK(falls == 1);
  account.give_back(memory_use::events, 9);
  CHECK(falls == 1);
  account.add(memory_use::events, 1);
  account.give_back(memory_use::events, 2);
  CHECK(falls == 2);
}

TEST_CASE("memory account: frames that never become whole are bounded over all connections") {
  store_fixture store{{64 * mib}};
  store.segment(segment_name);
  clients all;
  for (std::size_t i = 0; i < 300; ++i) {
    all.push_back(std::make_unique<session_client>(store.model));
    all.back()->session.on_bytes(beginning_of_frame(12 * mib));
    all.back()->session.on_bytes(raw("and more"));
    if (all.back()->session.closed()) all.pop_back();
  }
  const auto& account = store.model.memory();
  CHECK(open(all) == 4);
  CHECK(account.used() <= account.bytes_max());
  CHECK(store.model.receive_pool()->outstanding_bytes() <= account.bytes_max());
  session_client honest{store.model};
  CHECK(honest.setup() == no_value);
  honest.append("x", 1);
  CHECK(honest.expect<wire::data_appended>().event_number == 1);
  all.clear();
  session_client next{store.model};
  next.session.on_bytes(beginning_of_frame(12 * mib));
  next.session.on_bytes(raw("and more"));
  CHECK_FALSE(next.session.closed());
}

TEST_CASE("memory account: a whole frame's memory is free again while its connection is idle") {
  store_fixture store{{64 * mib}};
  store.segment(segment_name);
  clients all;
  const std::string data(8 * mib, 'x');
  for (std::uint64_t i = 0; i < 40; ++i) {
    all.push_back(std::make_unique<session_client>(store.model));
    all.back()->setup(segment_name, uuid{1, i});
    all.back()->append(data, 1, uuid{1, i});
    // What does not fit any more is refused: that is the limit of events.
    if (!all.back()->session.closed())
      CHECK(all.back()->expect<wire::data_appended>().event_number == 1);
    CHECK(store.model.memory().used(memory_use::connections) < 8 * mib);
  }
  CHECK(open(all) == 8);
}

TEST_CASE("memory account: connections that do nothing are bounded") {
  store_fixture store{{1 * mib}};
  clients all;
  for (std::size_t i = 0; i < 1000; ++i) {
    all.push_back(std::make_unique<session_client>(store.model));
    all.back()->session.on_bytes(raw("xx"));
  }
  CHECK(open(all) == (reserve + mib) / (64 * 1024 + store_limits::connection_bytes));
  all.clear();
  CHECK(store.model.memory().used() == 0);
}

TEST_CASE("memory account: names, attributes and writers are bounded together, and come back") {
  store_fixture store{{1 * mib}};
  auto& account = store.model.memory();
  std::size_t created = 0;
  while (store.model.create(padded(created, 250)) == store_status::ok)
    ++created;
  constexpr auto each = store_limits::segment_bytes + store_limits::name_copies * 250 +
                        store_limits::attribute_bytes;
  CHECK(created == (account.bytes_max() - store_limits::segment_bytes_max) / each + 1);
  CHECK(account.used() <= account.bytes_max());
  CHECK(account.events_max() < mib);
  std::size_t attributes = 0;
  const auto set = [&](std::size_t id) {
    return store.model.update_attribute(padded(0, 250),
                                        {uuid{9, id}, attribute_update_type::replace, 1});
  };
  while (set(attributes) == store_status::ok)
    ++attributes;
  CHECK(attributes < store_limits::segment_bytes_max / store_limits::attribute_bytes);
  session_client refused{store.model};
  refused.session.on_bytes(raw("xx"));
  CHECK(refused.session.closed());
  for (std::size_t i = 0; i < created; ++i)
    CHECK(store.model.remove(padded(i, 250)) == store_status::ok);
  CHECK(account.used() == 0);
}

TEST_CASE("memory account: reads that wait and writers are bounded over all connections") {
  store_fixture store{{1 * mib}};
  store.segment(segment_name);
  const auto& account = store.model.memory();
  {
    clients all;
    for (std::uint64_t i = 0; i < 10; ++i) {
      all.push_back(std::make_unique<session_client>(store.model));
      auto& client = *all.back();
      for (std::uint64_t w = 0; w < 1000; ++w)
        client.send(wire::setup_append{1, uuid{i, w}, segment_name, {}});
      for (int read = 0; read < 9000 && !client.session.closed(); ++read)
        client.read(0, 100);
    }
    const auto each = 9000 * store_limits::parked_read_bytes +
                      1000 * store_limits::writer_bytes + 64 * 1024 +
                      store_limits::connection_bytes;
    CHECK(open(all) == account.bytes_max() / each);
    CHECK(account.used() <= account.bytes_max());
    // What is answered waits no longer.
    session_client writer{store.model};
    writer.setup(segment_name, uuid{77, 7});
    writer.append("x", 1, uuid{77, 7});
    CHECK(account.used(memory_use::waiting_reads) == 0);
  }
  CHECK(account.used(memory_use::connections) == 0);
}
