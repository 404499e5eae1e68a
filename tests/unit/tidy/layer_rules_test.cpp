#include "unit/tidy/layer_rules.hpp"

#include <string>

#include "support/catch.hpp"

using namespace pravega_actor::tidy;
using Catch::Contains;

namespace {

const known_paths known{
    "libpravega_actor/include/pravega_actor/error.hpp",
    "libpravega_actor/include/pravega_actor/actors.hpp",
    "libpravega_actor/src/core/numbers.hpp",
    "libpravega_actor/src/wire/codec.hpp",
    "libpravega_actor/src/writer/write_log.hpp",
    "libpravega_actor/src/grpc_port/exchange.hpp",
    "libpravega_sandbox/src/controller/model.hpp",
    "libpravega_sandbox/src/store/store_model.hpp",
    "libpravega_sandbox/include/pravega_sandbox/sandbox.hpp",
};

std::string layers(const std::string& path, const std::string& include) {
  return to_string(check_layers({path, "// x\n#include \"" + include + "\"\n"}, known));
}

std::string third_party(const std::string& path, const std::string& include) {
  return to_string(check_third_party({path, "#include <" + include + ">\n"}));
}

}  // namespace

TEST_CASE("each path has its layer") {
  CHECK(layer_of("libpravega_actor/src/wire/codec.hpp") == "wire");
  CHECK(layer_of("libpravega_actor/include/pravega_actor/ports/x.hpp") == "public");
  CHECK(layer_of("libpravega_sandbox/src/store/x.cpp") == "sandbox_store");
  CHECK(layer_of("libpravega_sandbox/include/pravega_sandbox/x.hpp") == "sandbox_public");
  CHECK(layer_of("tests/unit/core/x.cpp").empty());
}

TEST_CASE("includes along the layers pass") {
  CHECK(layers("libpravega_actor/src/core/a.cpp", "core/numbers.hpp").empty());
  CHECK(layers("libpravega_actor/src/core/a.cpp", "pravega_actor/error.hpp").empty());
  CHECK(layers("libpravega_actor/src/wire/a.cpp", "core/numbers.hpp").empty());
  CHECK(layers("libpravega_actor/src/client/a.cpp", "writer/write_log.hpp").empty());
  CHECK(layers("libpravega_actor/src/grpc_port/a.cpp", "pravega_actor/internal/controller.pb.h")
            .empty());
  CHECK(layers("libpravega_sandbox/src/store/a.cpp", "wire/codec.hpp").empty());
  CHECK(layers("libpravega_sandbox/src/store/a.cpp", "pravega_sandbox/sandbox.hpp").empty());
  CHECK(layers("libpravega_sandbox/src/server/a.cpp", "controller/model.hpp").empty());
  CHECK(layers("tests/unit/core/a.cpp", "writer/write_log.hpp").empty());
}

TEST_CASE("includes against the layers are caught") {
  CHECK_THAT(layers("libpravega_actor/src/core/a.cpp", "wire/codec.hpp"),
             Contains("a.cpp:2: core must not include wire"));
  CHECK_THAT(layers("libpravega_actor/src/wire/a.cpp", "writer/write_log.hpp"),
             Contains("wire must not include writer"));
  CHECK_THAT(layers("libpravega_actor/src/append/a.cpp", "grpc_port/exchange.hpp"),
             Contains("append must not include grpc_port"));
  CHECK_THAT(
      layers("libpravega_actor/src/wire/a.cpp", "pravega_actor/internal/controller.pb.h"),
      Contains("wire must not include proto"));
  CHECK_THAT(layers("libpravega_actor/include/pravega_actor/a.hpp", "core/numbers.hpp"),
             Contains("public must not include core"));
  CHECK_THAT(layers("libpravega_actor/src/client/a.cpp", "store/store_model.hpp"),
             Contains("client must not include sandbox_store"));
  CHECK_THAT(layers("libpravega_sandbox/src/store/a.cpp", "writer/write_log.hpp"),
             Contains("sandbox_store must not include writer"));
  CHECK_THAT(layers("libpravega_sandbox/src/store/a.cpp", "controller/model.hpp"),
             Contains("sandbox_store must not include sandbox_controller"));
  CHECK_THAT(
      layers("libpravega_sandbox/include/pravega_sandbox/a.hpp", "store/store_model.hpp"),
      Contains("sandbox_public must not include sandbox_store"));
}

TEST_CASE("unknown files and layers are caught") {
  CHECK_THAT(layers("libpravega_actor/src/core/a.cpp", "core/gone.hpp"),
             Contains("there is no file core/gone.hpp"));
  CHECK_THAT(layers("libpravega_actor/src/misc/a.cpp", "core/numbers.hpp"),
             Contains("\"misc\" is not in the table"));
}

TEST_CASE("third-party headers outside their layers are caught") {
  CHECK(third_party("libpravega_actor/src/append/a.cpp", "caf/all.hpp").empty());
  CHECK(third_party("libpravega_actor/include/pravega_actor/actors.hpp", "caf/actor.hpp")
            .empty());
  CHECK(third_party("libpravega_actor/src/transport/a.cpp", "asio/post.hpp").empty());
  CHECK(third_party("tests/unit/core/a.cpp", "caf/all.hpp").empty());
  CHECK_THAT(third_party("libpravega_actor/src/wire/a.cpp", "caf/all.hpp"),
             Contains("wire must not include caf/all.hpp"));
  CHECK_THAT(third_party("libpravega_actor/include/pravega_actor/config.hpp", "caf/actor.hpp"),
             Contains("public must not include caf/actor.hpp"));
  CHECK_THAT(third_party("libpravega_actor/src/append/append_machine.cpp", "caf/all.hpp"),
             Contains("a machine must not know CAF"));
  CHECK_THAT(third_party("libpravega_actor/src/connection/a.cpp", "asio/post.hpp"),
             Contains("connection must not include asio"));
  CHECK_THAT(third_party("libpravega_sandbox/src/store/a.cpp", "grpcpp/grpcpp.h"),
             Contains("sandbox_store must not include grpcpp"));
  CHECK_THAT(third_party("libpravega_actor/src/core/a.cpp", "spdlog/spdlog.h"),
             Contains("core must not include spdlog"));
}

TEST_CASE("replies that are read outside the one place are caught") {
  const auto found = [](std::string path, std::string text) {
    return to_string(check_reply_readers({std::move(path), std::move(text)}));
  };
  const std::string line = "auto got = wire::decode_as<wire::append_setup>(reply.payload);\n";
  CHECK_THAT(found("libpravega_actor/src/append/a.cpp", line), Contains("reply_check.cpp"));
  CHECK_THAT(found("libpravega_actor/src/reader/a.hpp", "wire::view_segment_read(x);\n"),
             Contains("reply_check.cpp"));
  CHECK_THAT(found("libpravega_actor/src/writer/a.cpp", "error_of_reply(x);\n"),
             Contains("reply_check.cpp"));
  CHECK(found("libpravega_actor/src/requests/reply_check.cpp", line).empty());
  CHECK(found("libpravega_actor/src/wire/a.cpp", line).empty());
  CHECK(found("libpravega_sandbox/src/store/a.cpp", line).empty());
  CHECK(found("libpravega_actor/src/append/a.cpp", "// wire::decode\n").empty());
}
