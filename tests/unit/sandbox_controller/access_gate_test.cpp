#include "controller/access_gate.hpp"

#include "core/base64.hpp"
#include "support/catch.hpp"

using namespace pravega_sandbox;
using pravega_actor::access_operation;

namespace {

const scoped_stream stream{"s", "t"};
const std::string in_stream = "s/t/0.#epoch.0";

struct gate_fixture {
  store_model store;
  controller_model model{store, {{"127.0.0.1", 1000}}};
  access_gate gate{model, store};

  gate_fixture() {
    for (const auto* scope : {"hidden", "s"})
      REQUIRE(model.handle(controller::create_scope{scope}));
    for (const auto* name : {"t", "u"})
      REQUIRE(model.handle(controller::create_stream{{"s", name}, {}}));
  }
  void guard(const std::string& permissions) {
    gate.guard({.accounts = password_line("u", "p:w", permissions)});
  }
  access_refusal ask(const controller::request& call, std::optional<std::string_view> header) {
    const auto answer = gate.handle(call, header);
    CHECK((answer.refused == access_refusal::none || !answer.reply));
    return answer.refused;
  }
  controller::reply reply_to(const controller::request& call) {
    auto answer = gate.handle(call, basic_authorization("u", "p:w"));
    REQUIRE(answer.reply);
    return *answer.reply;
  }
  std::string token(access_operation use) {
    return reply_to(controller::get_delegation_token{stream, use})
        .get<controller::token>()
        .text;
  }
};

using names_found = std::vector<std::string>;

std::string basic_text(std::string_view text) {
  return "Basic " + pravega_actor::internal::to_base64(pravega_actor::as_bytes(text));
}

}  // namespace

TEST_CASE("access gate: without options everybody may do everything") {
  gate_fixture f;
  CHECK(f.ask(controller::create_scope{"x"}, std::nullopt) == access_refusal::none);
  CHECK(f.token(access_operation::write).empty());
  CHECK(f.store.tokens() == nullptr);
}

TEST_CASE("access gate: the answer to each kind of header") {
  gate_fixture f;
  f.guard("*,READ_UPDATE");
  const auto ask = [&](std::optional<std::string_view> header) {
    return f.ask(controller::check_scope{"s"}, header);
  };
  const auto right = basic_text("u:p:w");
  CHECK(ask(right) == access_refusal::none);
  CHECK(ask(right) == access_refusal::none);
  for (const auto* none : {"", "Basic", "basic dTpwOnc=", "Bearer x", "Other dTpwOnc="}) {
    INFO(none);
    CHECK(ask(none) == access_refusal::no_credentials);
  }
  CHECK(ask(std::nullopt) == access_refusal::no_credentials);
  CHECK(ask(basic_text("u:p")) == access_refusal::wrong_credentials);
  CHECK(ask(basic_text("v:p:w")) == access_refusal::wrong_credentials);
  CHECK(ask("Basic ") == access_refusal::malformed_credentials);
  CHECK(ask("Basic !!") == access_refusal::malformed_credentials);
  CHECK(ask(basic_text("up")) == access_refusal::malformed_credentials);
}

TEST_CASE("access gate: discovery needs no header, but refuses a wrong one") {
  gate_fixture f;
  f.guard("");
  const controller::get_controller_servers call;
  CHECK(f.ask(call, std::nullopt) == access_refusal::none);
  CHECK(f.ask(call, basic_text("u:p:w")) == access_refusal::none);
  CHECK(f.ask(call, basic_text("u:x")) == access_refusal::wrong_credentials);
}

TEST_CASE("access gate: permissions by resource") {
  gate_fixture f;
  f.guard("prn::/scope:s,READ;prn::/scope:s/stream:t,READ_UPDATE");
  const auto right = basic_text("u:p:w");
  CHECK(f.ask(controller::check_scope{"s"}, right) == access_refusal::none);
  CHECK(f.ask(controller::seal_stream{stream}, right) == access_refusal::none);
  CHECK(f.ask(controller::check_stream{{"s", "u"}}, right) == access_refusal::denied);
  CHECK(f.ask(controller::create_stream{{"s", "x"}, {}}, right) == access_refusal::denied);
  CHECK(f.ask(controller::list_scopes{}, right) == access_refusal::denied);
  CHECK(f.model.find({"s", "x"}) == nullptr);
}

TEST_CASE("access gate: lists name what one may read") {
  gate_fixture f;
  f.guard("prn::/,READ;prn::/scope:s,READ;prn::/scope:s/stream:t,READ");
  CHECK(f.reply_to(controller::list_scopes{}).get<controller::name_page>().names ==
        names_found{"s"});
  const auto streams =
      f.reply_to(controller::list_streams{"s", ""}).get<controller::name_page>();
  CHECK(streams.names == names_found{"t"});
  CHECK(streams.token == "u");
}

TEST_CASE("access gate: a callback knows bearers and their permissions") {
  gate_fixture f;
  access_options options;
  options.bearer = [](std::string_view token) -> std::optional<known_user> {
    if (token != "good") return std::nullopt;
    return known_user{"robot", "prn::/scope:s,READ"};
  };
  f.gate.guard(options);
  CHECK(f.ask(controller::check_scope{"s"}, "Bearer good") == access_refusal::none);
  CHECK(f.ask(controller::check_scope{"hidden"}, "Bearer good") == access_refusal::denied);
  CHECK(f.ask(controller::check_scope{"s"}, "Bearer bad") == access_refusal::wrong_credentials);
}

TEST_CASE("access gate: tokens are good for stores, and for what was asked") {
  gate_fixture f;
  f.guard("*,READ_UPDATE");
  const auto state = [&](const std::string& token, permission needed) {
    return f.store.tokens()->check(token, in_stream, needed, f.store.now_ms()).state;
  };
  CHECK(state(f.token(access_operation::write), permission::read_update) == token_state::good);
  CHECK(state(f.token(access_operation::read), permission::read) == token_state::good);
  CHECK(state(f.token(access_operation::read), permission::read_update) ==
        token_state::refused);
  f.gate.spoil_tokens(1);
  CHECK(state(f.token(access_operation::read), permission::read) == token_state::refused);
  CHECK(state(f.token(access_operation::read), permission::read) == token_state::good);
  CHECK(f.ask(controller::get_delegation_token{stream, access_operation::any},
              basic_text("u:p:w")) == access_refusal::broken);
}

TEST_CASE("access gate: no token for a name that a store reads as other streams") {
  gate_fixture f;
  f.gate.require_tokens({});
  const auto ask = [&](const char* scope, const char* name) {
    const controller::get_delegation_token call{{scope, name}, access_operation::read};
    return f.ask(call, std::nullopt);
  };
  CHECK(ask("shop", "orders") == access_refusal::none);
  CHECK(ask("shop", "_RGgroup") == access_refusal::none);
  CHECK(ask("shop", "stream:") == access_refusal::denied);
  CHECK(ask("stream:payroll", "t") == access_refusal::denied);
  CHECK(ask("shop", "") == access_refusal::denied);
  CHECK(ask("shop", "*") == access_refusal::denied);
}

TEST_CASE("access gate: tokens alone ask nobody who he is") {
  gate_fixture f;
  f.gate.require_tokens({});
  CHECK(f.ask(controller::create_scope{"x"}, std::nullopt) == access_refusal::none);
  CHECK_FALSE(f.token(access_operation::write).empty());
  CHECK(f.store.tokens() != nullptr);
}

TEST_CASE("access gate: the errors of refusals") {
  CHECK(error_of(access_refusal::no_credentials) == errc::unauthenticated);
  CHECK(error_of(access_refusal::wrong_credentials) == errc::unauthenticated);
  CHECK(error_of(access_refusal::malformed_credentials) == errc::unauthenticated);
  CHECK(error_of(access_refusal::denied) == errc::permission_denied);
  CHECK(error_of(access_refusal::broken) == errc::controller_failure);
}
