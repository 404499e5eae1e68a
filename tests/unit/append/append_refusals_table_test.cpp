// "What a refusal means" in docs/protocols/append.md, row by row, against the flow.
#include <functional>

#include "requests/refusal_kind.hpp"
#include "support/catch.hpp"
#include "support/state_table.hpp"
#include "unit/append/append_flow_support.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;

namespace {

using notice = std::optional<channel_notice>;
using answered = std::function<notice(append_flow_fixture&)>;

template <class Reply>
notice answer(append_flow_fixture& f, const Reply& what, std::size_t cut_off = 0) {
  auto bytes = *wire::encode(what);
  auto payload = byte_view{bytes}.subspan(limits::frame_header_bytes);
  payload = payload.first(payload.size() - cut_off);
  const auto follows = f.flow.on_reply({Reply::code, payload, {}}, f.now);
  return follows.notice;
}

template <class Reply>
answered refusal(const std::function<void(Reply&)>& change = [](Reply&) {}) {
  return [change](append_flow_fixture& f) {
    Reply reply;
    reply.request_id = f.request_id;
    if constexpr (requires { reply.segment; }) reply.segment = f.name;
    if constexpr (requires { reply.writer_id; }) reply.writer_id = f.writer_id;
    change(reply);
    return answer(f, reply);
  };
}

answered token_refused(wire::token_error why) {
  return refusal<wire::auth_token_check_failed>([why](auto& r) { r.error_code = why; });
}

notice closed(append_flow_fixture& f) {
  return f.flow.on_session_closed(f.flow.serial(), errc::connection_lost).notice;
}

const std::map<std::string, std::vector<answered>>& stimuli() {
  static const std::map<std::string, std::vector<answered>> all{
      {"SegmentIsSealed", {refusal<wire::segment_is_sealed>()}},
      {"NoSuchSegment", {refusal<wire::no_such_segment>()}},
      {"AuthTokenCheckFailed (expired)", {token_refused(wire::token_error::token_expired)}},
      {"AuthTokenCheckFailed (not expired), OperationUnsupported, anything that the log "
       "refuses",
       {token_refused(wire::token_error::token_check_failed),
        refusal<wire::operation_unsupported>(),
        [](append_flow_fixture& f) {
          return answer(f, wire::data_appended{f.writer_id, 99, 98, f.request_id, 0});
        }}},
      {"WrongHost, InvalidEventNumber, ErrorMessage, a frame that does not decode",
       {refusal<wire::wrong_host>(), refusal<wire::invalid_event_number>(),
        refusal<wire::error_message>(),
        [](append_flow_fixture& f) {
          return answer(f, wire::no_such_segment{f.request_id, f.name, "", -1}, 12);
        }}},
      {"session closed, controller or connection manager did not answer", {closed}},
  };
  return all;
}

std::string words_for(const notice& told) {
  REQUIRE(told);
  if (std::holds_alternative<channel_closed>(*told)) return "failure";
  const auto* refused = std::get_if<append_refused>(&*told);
  REQUIRE(refused != nullptr);
  switch (kind_of_refusal(refused->reason.code())) {
    case refusal_kind::sealed:
      return "sealed";
    case refusal_kind::missing:
      return "missing";
    case refusal_kind::violation:
      return "violation";
    case refusal_kind::failure:
      break;
  }
  return "failure";
}

}  // namespace

TEST_CASE("the table of refusals says what a writer makes of them", "[append_table]") {
  const auto table = read_state_table("docs/protocols/append.md", "What a refusal means");
  check_rows(table, stimuli(), [&](const auto& row, const auto& how) {
    CAPTURE(row.cells.at(0));
    const auto said = row.cells[0].substr(0, row.cells[0].find_first_of(";:"));
    for (const auto& each : how) {
      append_flow_fixture f;
      f.lead_to(append_flow_fixture::connection::open);
      f.write();
      (void)f.send();
      CHECK(words_for(each(f)) == said);
    }
  });
}
