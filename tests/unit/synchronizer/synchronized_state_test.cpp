#include "pravega_actor/synchronized_state.hpp"

#include "support/catch.hpp"
#include "support/text_model.hpp"

using namespace pravega_actor;
using test::text_model;
using words = text_model::state_type;
namespace operations = state_operations;

TEST_CASE("synchronized state: an outcome gets the model's types") {
  const auto state = std::make_shared<const words>(words{"a"});
  const state_outcome outcome{state, {7, 1}, 99, true, errc::io_error};
  CHECK(synced_in<words>(outcome).state == state);
  CHECK(synced_in<words>(outcome).at == revision{7, 1});
  CHECK(synced_in<words>(outcome).bytes_since_compaction == 99);
  CHECK(proposal_in<words>(outcome).accepted);
  CHECK(proposal_in<words>(outcome).now.state == state);
  CHECK(compaction_in<words>(outcome).not_dropped.value() == errc::io_error);
}

TEST_CASE("synchronized state: values become the model's bytes, or nothing is done") {
  const auto proposal = propose_operation<text_model>({7, 1}, {"a", "bc"});
  const auto& what = std::get<operations::propose>(proposal.value());
  CHECK(what.based_on == revision{7, 1});
  REQUIRE(what.updates.size() == 2);
  CHECK(as_text(what.updates[1].view) == "bc");
  CHECK(propose_operation<text_model>({}, {"a", "unwritable"}).error() ==
        errc::invalid_argument);
  const auto append = append_operation<text_model>({"a"});
  CHECK(std::get<operations::append>(append.value()).updates.size() == 1);
  CHECK(append_operation<text_model>({"unwritable"}).error() == errc::invalid_argument);
  const auto initial = initialize_operation<text_model>({"a", "b"});
  CHECK(as_text(std::get<operations::initialize>(initial.value()).initial.view) == "a,b,.");
  const auto reset = reset_operation<text_model>({3, 0}, {});
  CHECK(std::get<operations::reset>(reset.value()).based_on == revision{3, 0});
}
