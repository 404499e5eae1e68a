#include "requests/request_id.hpp"

#include <limits>

#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;

TEST_CASE("a request's id holds its flow, whatever its number", "[request_id]") {
  const auto largest = std::numeric_limits<std::int32_t>::max();
  const std::int32_t flow = GENERATE_COPY(1, 7, largest);
  const std::uint32_t sequence =
      GENERATE(0u, 1u, request_sequence_mask - 1, request_sequence_mask,
               request_sequence_mask + 1, 0x80000000u, 0xFFFFFFFFu);
  const auto id = request_id(flow, sequence);
  CHECK(id > 0);
  CHECK(id >> 32 == flow);
  CHECK((id & 0xFFFFFFFF) == (sequence & 0x0FFFFFFF));
}

TEST_CASE("numbers of a flow begin again behind the largest", "[request_id]") {
  std::uint32_t sequence = request_sequence_mask;
  const auto last = request_id(3, sequence);
  const auto first = request_id(3, ++sequence);
  const auto second = request_id(3, ++sequence);
  CHECK((last & 0xFFFFFFFF) == 0x0FFFFFFF);
  CHECK((first & 0xFFFFFFFF) == 0);
  CHECK((second & 0xFFFFFFFF) == 1);
  // At the overflow of the counter itself, too.
  sequence = 0xFFFFFFFF;
  CHECK(request_id(3, sequence) == last);
  CHECK(request_id(3, ++sequence) == first);
}
