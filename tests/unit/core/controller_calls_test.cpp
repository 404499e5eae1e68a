// The table of calls: what one row makes, and what one row forgets.
#include "pravega_actor/ports/controller_calls.hpp"

#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string>

#include "support/catch.hpp"
#include "support/source_paths.hpp"

using namespace pravega_actor;
namespace c = pravega_actor::controller;

namespace {

struct row {
  std::string_view rpc;
  std::string request_message;
  std::string reply_message;
  int reply;
  c::request made;
};

const std::vector<row>& rows() {
  static const std::vector<row> all{
#define X(name, rpc, request_message, reply_message)                                    \
  row{rpc, #request_message, #reply_message, position_in<c::reply_set, c::name::reply>, \
      c::name{}},
      PRAVEGA_ACTOR_CONTROLLER_CALLS(X)
#undef X
  };
  return all;
}

}  // namespace

TEST_CASE("controller calls: each has its place, its RPC, and a reply of the table") {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < rows().size(); ++i) {
    const auto& [rpc, request_message, reply_message, reply, made] = rows()[i];
    CAPTURE(rpc);
    CHECK(made.position() == static_cast<int>(i));
    CHECK(name_of(made) == rpc);
    CHECK(reply >= 0);
    names.insert(rpc);
  }
  CHECK(names.size() == rows().size());
}

TEST_CASE("controller calls: a visitor gets each request in its own type") {
  for (const auto& each : rows()) {
    const auto same = c::visit(
        [&](const auto& call) { return c::request{call}.position() == each.made.position(); },
        each.made);
    CHECK(same);
  }
}

TEST_CASE("controller calls: the types of replies have places of their own") {
  std::set<int> places;
  int types = 0;
#define X(name, type)                                  \
  places.insert(c::reply{type{}}.position());          \
  CHECK((c::reply{type{}}.get_if<type>() != nullptr)); \
  ++types;
  PRAVEGA_ACTOR_CONTROLLER_REPLIES(X)
#undef X
  CHECK(places.size() == static_cast<std::size_t>(types));
}

TEST_CASE("controller calls: their messages are those of the protocol's file") {
  const std::string path =
      std::string{test::source_dir} + "/proto/pravega_actor/internal/controller.proto";
  std::ifstream file{path};
  const std::string proto{std::istreambuf_iterator<char>{file}, {}};
  REQUIRE_FALSE(proto.empty());
  for (const auto& each : rows()) {
    CAPTURE(each.rpc);
    CHECK(proto.find("message " + each.request_message + " {") != std::string::npos);
    CHECK(proto.find("message " + each.reply_message + " {") != std::string::npos);
  }
}

TEST_CASE("controller calls: a reply that its request does not have is an error") {
  const result<c::reply> there{c::reply{c::existence{true}}};
  CHECK(c::reply_of<c::check_scope>(there)->exists);
  CHECK(c::reply_of<c::create_scope>(there).error() == errc::internal_error);
  CHECK(c::reply_of<c::check_scope>(errc::would_block).error() == errc::would_block);
}
