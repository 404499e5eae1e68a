// The public handles hide what is behind them.
#include "core/access.hpp"

#include <memory>
#include <type_traits>

#include "pravega_actor/client.hpp"
#include "support/catch.hpp"

using namespace pravega_actor;
using internal::access;

namespace {

template <class T>
concept shows_core = requires(const T& of) {
  of.core();
};

template <class Handle, class Internal>
constexpr bool made_of = std::is_constructible_v<Handle, std::shared_ptr<Internal>>;

}  // namespace

TEST_CASE("an application cannot make a handle from internals, nor reach them") {
  CHECK_FALSE(made_of<client, internal::client_core>);
  CHECK_FALSE(made_of<event_writer, internal::write_log>);
  CHECK_FALSE(made_of<stream_reader, internal::slice_queue>);
  CHECK_FALSE(made_of<stream_manager, internal::client_host>);
  CHECK_FALSE(shows_core<client>);
}

TEST_CASE("the library makes a slice from its parts") {
  const auto in = std::make_shared<const segment>(segment{{"scope", "stream"}, {1, 2}});
  auto slice = access::make<event_slice>(in, std::int64_t{7}, shared_bytes{}, std::size_t{0});
  CHECK(slice.in() == *in);
  CHECK(slice.offset() == 7);
  CHECK_FALSE(slice.at_tail());
  access::set_end(slice, true, false);
  CHECK(slice.at_tail());
  CHECK_FALSE(slice.end_of_segment());
  access::set_end(slice, false, true);
  CHECK_FALSE(slice.at_tail());
  CHECK(slice.end_of_segment());
}
