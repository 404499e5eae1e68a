// The rules of CONTRIBUTING.md, checked on the whole tree.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/source_paths.hpp"
#include "unit/tidy/coverage_rules.hpp"
#include "unit/tidy/doc_rules.hpp"
#include "unit/tidy/handle_rules.hpp"
#include "unit/tidy/layer_rules.hpp"
#include "unit/tidy/namespace_rules.hpp"
#include "unit/tidy/style_rules.hpp"

using namespace pravega_actor::tidy;

namespace {

namespace fs = std::filesystem;

const std::set<std::string> text_endings{".hpp", ".cpp",   ".md", ".txt", ".cmake",
                                         ".py",  ".proto", ".sh", ".yml", ".java"};

source_file read(const fs::path& path, const fs::path& root) {
  std::ifstream stream{path, std::ios::binary};
  return {path.lexically_relative(root).generic_string(),
          std::string{std::istreambuf_iterator<char>{stream}, {}}};
}

std::vector<source_file> read_tree() {
  const fs::path root{pravega_actor::test::source_dir};
  std::vector<source_file> files;
  for (const auto* folder : {"libpravega_actor", "libpravega_sandbox", "tests", "tools",
                             "examples", "cmake", "proto", "docs"}) {
    if (!fs::exists(root / folder)) continue;
    for (const auto& entry : fs::recursive_directory_iterator{root / folder}) {
      const auto& path = entry.path();
      const bool script = path.extension().empty() && path.parent_path().filename() == "tools";
      if (entry.is_regular_file() && (script || text_endings.contains(path.extension())))
        files.push_back(read(path, root));
    }
  }
  for (const auto& entry : fs::directory_iterator{root})
    if (entry.is_regular_file() && text_endings.contains(entry.path().extension()))
      files.push_back(read(entry.path(), root));
  std::sort(files.begin(), files.end(),
            [](const auto& a, const auto& b) { return a.path < b.path; });
  return files;
}

const std::vector<source_file>& tree() {
  static const auto files = read_tree();
  return files;
}

template <class Rule>
std::string broken(Rule&& rule) {
  findings all;
  for (const auto& file : tree()) {
    auto found = rule(file);
    all.insert(all.end(), found.begin(), found.end());
  }
  return to_string(all);
}

// Parts of a port's implementation, which is tested as a whole against a real peer.
const untested_headers exceptions{
    {"libpravega_actor/src/group_reader/event_reader_delivery.hpp",
     "part of the reader's actor"},
    {"libpravega_actor/src/group_reader/event_reader_membership.hpp",
     "part of the reader's actor"},
    {"libpravega_actor/src/group_reader/event_reader_segments.hpp",
     "part of the reader's actor"},
    {"libpravega_actor/src/transport/io_core.hpp", "part of the TCP port"},
};

const std::vector<std::string> folders_with_named_tests{
    "libpravega_actor/include/", "libpravega_actor/src/", "libpravega_sandbox/include/",
    "libpravega_sandbox/src/"};
const untested_headers nothing_to_test{
    {"libpravega_actor/include/pravega_actor/export.hpp", "one macro"},
    {"libpravega_actor/include/pravega_actor/owed_line.hpp", "a struct without functions"},
    {"libpravega_actor/include/pravega_actor/synchronizer_engine.hpp", "an interface"},
    {"libpravega_actor/src/append/append_owner.hpp", "an interface"},
    {"libpravega_actor/src/core/thread_annotations.hpp", "macros for the compiler's analysis"},
    {"libpravega_actor/src/requests/successor_answer.hpp", "a struct without functions"},
    {"libpravega_actor/src/synchronizer/log_requests.hpp", "structs without functions"},
    {"libpravega_actor/src/transport/asio_settings.hpp", "macros"},
    {"libpravega_sandbox/src/simulation/client_types.hpp", "short names of types"},
    {"libpravega_sandbox/src/store/session_output.hpp", "an interface"},
};

// Where handles have no types.
const untyped_handles with_untyped_handles{
    {"libpravega_actor/include/pravega_actor/actors.hpp",
     "any actor of the application may own a writer or reader; an owner is only monitored"},
    {"libpravega_actor/include/pravega_actor/synchronizer_messages.hpp",
     "the user names the model, which the compiled part does not know"},
    {"libpravega_actor/src/client/client.cpp", "owners, as in actors.hpp"},
    {"libpravega_actor/src/client/client_event_readers.cpp", "owners, as in actors.hpp"},
    {"libpravega_actor/src/supervision/weak_handle.hpp",
     "gives the address the type back that it was made of"},
    {"libpravega_actor/src/synchronizer/ask_log.cpp", "asks in the name of a synchronizer"},
    {"libpravega_actor/src/synchronizer/ask_log.hpp", "asks in the name of a synchronizer"},
    {"libpravega_actor/src/synchronizer/synchronizer_actor.cpp",
     "the handlers come from the model, which the compiled part does not know"},
    {"libpravega_actor/src/synchronizer/synchronizer_actor.hpp",
     "gives a synchronizer the type of its model"},
};

}  // namespace

TEST_CASE("tidy: the walk finds the tree") {
  const auto is_there = [](const std::string& path) {
    return std::any_of(tree().begin(), tree().end(), [&](const auto& file) {
      return file.path == path && !file.text.empty();
    });
  };
  CHECK(tree().size() > 50);
  CHECK(is_there("libpravega_actor/include/pravega_actor/error.hpp"));
  CHECK(is_there("libpravega_actor/src/core/error.cpp"));
  CHECK(is_there("tests/unit/tidy/tidy_test.cpp"));
  CHECK(is_there("CONTRIBUTING.md"));
}

TEST_CASE("tidy: layers point one way") {
  known_paths known;
  for (const auto& file : tree())
    known.insert(file.path);
  CHECK(broken([&](const auto& file) { return check_layers(file, known); }) == "");
}

TEST_CASE("tidy: third-party headers stay in their layers") {
  CHECK(broken(check_third_party) == "");
}

TEST_CASE("tidy: internals stand in their namespace") {
  const auto public_types = public_types_of(tree());
  CHECK(public_types.contains("client"));
  CHECK(public_types.contains("event_writer"));
  CHECK(broken([&](const auto& file) { return check_internal_types(file, public_types); }) ==
        "");
}

TEST_CASE("tidy: the public interface hides internals") {
  CHECK(broken(check_hidden_internals) == "");
}

TEST_CASE("tidy: replies are compared with their requests") {
  CHECK(broken(check_reply_readers) == "");
}

TEST_CASE("tidy: the tests that the scenarios' page names are there") {
  std::set<std::string> paths;
  for (const auto& file : tree())
    paths.insert(file.path);
  CHECK(broken([&](const auto& file) { return check_named_scenarios(file, paths); }) == "");
}

TEST_CASE("tidy: lines, files and blanks") {
  CHECK(broken(check_format) == "");
}

TEST_CASE("tidy: headers") {
  CHECK(broken(check_header) == "");
}

TEST_CASE("tidy: public types are documented") {
  CHECK(broken(check_documented) == "");
}

TEST_CASE("tidy: nothing names unfinished work") {
  CHECK(broken(check_unfinished) == "");
}

TEST_CASE("tidy: ctest can call each test") {
  CHECK(broken(check_test_names) == "");
}

TEST_CASE("tidy: no clocks, threads and entropy below the ports") {
  CHECK(broken(check_determinism) == "");
}

TEST_CASE("tidy: errors are values") {
  CHECK(broken(check_errors_are_values) == "");
}

TEST_CASE("tidy: handles of actors have types") {
  CHECK(to_string(check_handles(tree(), with_untyped_handles)) == "");
}

TEST_CASE("tidy: functions are short") {
  CHECK(broken(check_function_length) == "");
}

TEST_CASE("tidy: each header has a test") {
  CHECK(to_string(check_coverage(tree(), exceptions)) == "");
}

TEST_CASE("tidy: four of five headers have a test of their name") {
  CHECK(to_string(check_named_tests(tree(), folders_with_named_tests, nothing_to_test)) == "");
}

TEST_CASE("tidy: each machine can be struck") {
  CHECK(to_string(check_struck_machines(tree())) == "");
}
