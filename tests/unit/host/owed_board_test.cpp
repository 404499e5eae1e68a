#include "host/owed_board.hpp"

#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;

namespace {

struct named_source final : owed_source {
  explicit named_source(std::string what) : name{std::move(what)} {}
  std::string name;
  mutable std::function<void()> on_ask;
  void add_owed(std::vector<owed_line>& to) const override {
    if (on_ask) on_ask();
    owed_line line;
    line.what = name;
    to.push_back(line);
  }
};

std::vector<std::string> names_on(const owed_board& board) {
  std::vector<std::string> out;
  for (const auto& each : board.lines())
    out.push_back(each.what);
  return out;
}

}  // namespace

TEST_CASE("the board has the lines of those that live, in their order", "[owed_board]") {
  owed_board board;
  CHECK(board.lines().empty());
  const auto first = std::make_shared<named_source>("first");
  auto second = std::make_shared<named_source>("second");
  const auto third = std::make_shared<named_source>("third");
  board.add(first);
  board.add(second);
  board.add(third);
  CHECK(names_on(board) == std::vector<std::string>{"first", "second", "third"});
  second.reset();
  CHECK(names_on(board) == std::vector<std::string>{"first", "third"});
  board.add(std::weak_ptr<const owed_source>{});
  CHECK(names_on(board) == std::vector<std::string>{"first", "third"});
}

TEST_CASE("a source may be added while the lines are gathered", "[owed_board]") {
  owed_board board;
  const auto asked = std::make_shared<named_source>("asked");
  const auto late = std::make_shared<named_source>("late");
  asked->on_ask = [&] { board.add(late); };
  board.add(asked);
  CHECK(names_on(board) == std::vector<std::string>{"asked"});
  CHECK(names_on(board) == std::vector<std::string>{"asked", "late"});
}

TEST_CASE("the last reference to a source may go with its line", "[owed_board]") {
  owed_board board;
  auto only = std::make_shared<named_source>("only");
  only->on_ask = [&] { only.reset(); };
  board.add(only);
  CHECK(names_on(board) == std::vector<std::string>{"only"});
  CHECK(board.lines().empty());
}
