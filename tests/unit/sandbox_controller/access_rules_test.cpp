#include "controller/access_rules.hpp"

#include "support/catch.hpp"

using namespace pravega_sandbox;
using pravega_actor::access_operation;

namespace {

const scoped_stream stream{"s", "t"};
const scoped_stream group_state{"s", "_RGg"};
const scoped_stream mark{"s", "_MARKt"};
const pravega_actor::scoped_group group{"s", "g"};

/// "READ of prn::/scope:s".
std::string need(const controller::request& call, bool flag = true,
                 access_operation use = access_operation::unspecified) {
  const auto rule = rule_of(call, {flag, use});
  if (!rule.needs_user) return "nothing";
  return std::string{to_string(rule.right.needed)} + " of " + rule.right.resource;
}

/// What the token grants; "" without one.
std::string_view grant(const controller::request& call) {
  const auto rule = rule_of(call, {});
  return rule.token_for ? to_string(rule.token_grants) : "";
}

}  // namespace

TEST_CASE("access rules: the root and scopes") {
  CHECK(need(controller::get_controller_servers{}) == "nothing");
  CHECK(need(controller::list_scopes{}) == "READ of prn::/");
  CHECK(need(controller::create_scope{"s"}) == "READ_UPDATE of prn::/");
  CHECK(need(controller::delete_scope{"s"}) == "READ_UPDATE of prn::/");
  CHECK(need(controller::delete_scope_recursive{"s"}) == "READ_UPDATE of prn::/");
  CHECK(need(controller::check_scope{"s"}) == "READ of prn::/scope:s");
  CHECK(need(controller::list_streams{"s", ""}) == "READ of prn::/scope:s");
  CHECK(need(controller::list_tagged_streams{"s", "x", ""}) == "READ of prn::/scope:s");
  CHECK(need(controller::create_stream{stream, {}}) == "READ_UPDATE of prn::/scope:s");
  CHECK(need(controller::create_stream{mark, {}}, false) == "READ of prn::/scope:s");
}

TEST_CASE("access rules: groups, with and without their flag") {
  for (const bool flag : {true, false}) {
    const std::string wanted = flag ? "READ of prn::/scope:s" : "READ_UPDATE of prn::/scope:s";
    CHECK(need(controller::create_reader_group{group, {}}, flag) == wanted);
    CHECK(need(controller::update_reader_group{group, {}}, flag) == wanted);
    CHECK(need(controller::delete_reader_group{group, {}}, flag) == wanted);
    CHECK(need(controller::create_stream{group_state, {}}, flag) == wanted);
    CHECK(need(controller::get_reader_group_config{group}, flag) == "READ of prn::/scope:s");
    CHECK(need(controller::get_delegation_token{group_state, access_operation::read_write},
               flag) == (flag ? "READ of prn::/scope:s/reader-group:g"
                              : "READ_UPDATE of prn::/scope:s/reader-group:g"));
  }
}

TEST_CASE("access rules: calls that look at a stream, and calls that change it") {
  const std::string read = "READ of prn::/scope:s/stream:t";
  const std::string change = "READ_UPDATE of prn::/scope:s/stream:t";
  CHECK(need(controller::check_stream{stream}) == read);
  CHECK(need(controller::get_stream_config{stream}) == read);
  CHECK(need(controller::check_scale{stream, 1}) == read);
  CHECK(need(controller::get_segments_between{stream, {}, {}}) == read);
  CHECK(need(controller::get_successors{{stream, {0, 0}}}) == read);
  CHECK(need(controller::get_uri{{stream, {0, 0}}}) == read);
  CHECK(need(controller::is_segment_valid{{stream, {0, 0}}}) == read);
  CHECK(need(controller::is_stream_cut_valid{{stream, {}}}) == read);
  CHECK(need(controller::check_transaction{stream, {}}) == read);
  CHECK(need(controller::list_completed_transactions{stream}) == read);
  CHECK(need(controller::update_stream{stream, {}}) == change);
  CHECK(need(controller::truncate_stream{{stream, {}}}) == change);
  CHECK(need(controller::seal_stream{stream}) == change);
  CHECK(need(controller::delete_stream{stream}) == change);
  CHECK(need(controller::scale_stream{stream, {}, {}, 0}) == change);
  CHECK(need(controller::get_epoch_segments{stream, 0}) == change);
  CHECK(need(controller::create_transaction{stream, 1}) == change);
  CHECK(need(controller::ping_transaction{stream, {}, 1}) == change);
  CHECK(need(controller::commit_transaction{stream, {}, {}, {}}) == change);
  CHECK(need(controller::abort_transaction{stream, {}}) == change);
  CHECK(need(controller::note_time{"w", {stream, {}}, 1}) == change);
  CHECK(need(controller::remove_writer{"w", stream}) == change);
  CHECK(need(controller::list_subscribers{stream}) == change);
  CHECK(need(controller::update_subscriber_cut{group, {}, 0, {stream, {}}}) == change);
}

TEST_CASE("access rules: segments without a token need less") {
  const std::string read = "READ of prn::/scope:s/stream:t";
  const std::string change = "READ_UPDATE of prn::/scope:s/stream:t";
  CHECK(need(controller::get_current_segments{stream, access_operation::none}) == read);
  CHECK(grant(controller::get_current_segments{stream, access_operation::none}).empty());
  for (const auto other : {access_operation::unspecified, access_operation::read}) {
    CHECK(need(controller::get_current_segments{stream, other}) == change);
    CHECK(grant(controller::get_current_segments{stream, other}) == "READ_UPDATE");
    CHECK(need(controller::get_head_segments{stream}, true, other) == change);
  }
  CHECK(need(controller::get_head_segments{stream}, true, access_operation::none) == read);
  CHECK(grant(controller::get_segments_between{stream, {}, {}}) == "READ");
  CHECK(grant(controller::get_successors{{stream, {0, 0}}}).empty());
  CHECK(grant(controller::create_transaction{stream, 1}) == "READ_UPDATE");
}

TEST_CASE("access rules: internal streams belong to something in four calls only") {
  CHECK(need(controller::get_uri{{group_state, {0, 0}}}) ==
        "READ of prn::/scope:s/reader-group:g");
  CHECK(need(controller::update_stream{mark, {}}) == "READ_UPDATE of prn::/scope:s/stream:t");
  CHECK(need(controller::get_current_segments{mark, access_operation::none}) ==
        "READ of prn::/scope:s/stream:t");
  CHECK(need(controller::get_head_segments{group_state}, true, access_operation::none) ==
        "READ of prn::/scope:s/stream:_RGg");
  CHECK(need(controller::seal_stream{group_state}) ==
        "READ_UPDATE of prn::/scope:s/stream:_RGg");
}

TEST_CASE("access rules: delegation tokens by their use") {
  const auto ask = [](const scoped_stream& of, access_operation use) {
    return controller::request{controller::get_delegation_token{of, use}};
  };
  CHECK(need(ask(stream, access_operation::unspecified)) ==
        "READ_UPDATE of prn::/scope:s/stream:t");
  CHECK(need(ask(stream, access_operation::none)) == "READ of prn::/scope:s/stream:t");
  CHECK(need(ask(stream, access_operation::read)) == "READ of prn::/scope:s/stream:t");
  CHECK(need(ask(stream, access_operation::write)) == "READ_UPDATE of prn::/scope:s/stream:t");
  CHECK(need(ask(mark, access_operation::write)) == "READ of prn::/scope:s/stream:t");
  CHECK(grant(ask(stream, access_operation::none)) == "NONE");
  CHECK(grant(ask(group_state, access_operation::none)) == "READ");
  CHECK(grant(ask(stream, access_operation::read)) == "READ");
  CHECK(grant(ask(stream, access_operation::read_write)) == "READ_UPDATE");
  CHECK(rule_of(ask(stream, access_operation::any), {}).is_broken);
}

TEST_CASE("access rules: a token is put where a reply has room for it") {
  CHECK(with_token(controller::token{}, "x").get<controller::token>().text == "x");
  CHECK(with_token(controller::segment_ranges{}, "x")
            .get<controller::segment_ranges>()
            .delegation_token == "x");
  CHECK(with_token(controller::existence{true}, "x").get<controller::existence>().exists);
}
