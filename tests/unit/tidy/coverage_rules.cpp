#include "unit/tidy/coverage_rules.hpp"

#include <algorithm>
#include <set>

namespace pravega_actor::tidy {
namespace {

using names = std::set<std::string>;

// "supervision/supervisor.hpp" of ".../src/supervision/supervisor.hpp"; empty for other files.
std::string include_name(const source_file& file) {
  const bool ours = file.under("libpravega_actor/") || file.under("libpravega_sandbox/");
  if (!file.is_header() || !ours) return {};
  for (const std::string_view root : {"/src/", "/include/"})
    if (const auto at = file.path.find(root); at != std::string::npos)
      return file.path.substr(at + root.size());
  return {};
}

std::string stem(const std::string& path) {
  const auto name = path.substr(path.rfind('/') + 1);
  return name.substr(0, name.rfind('.'));
}

// What the tests include, and what that includes in turn.
names reached_by_tests(const std::vector<source_file>& files, const names& included) {
  std::map<std::string, const source_file*> headers;
  for (const auto& file : files)
    if (const auto name = include_name(file); !name.empty()) headers[name] = &file;
  names reached;
  std::vector<std::string> waiting{included.begin(), included.end()};
  while (!waiting.empty()) {
    const auto name = waiting.back();
    waiting.pop_back();
    const auto header = headers.find(name);
    if (header == headers.end() || !reached.insert(name).second) continue;
    for (const auto& include : includes_of(header->second->text))
      waiting.push_back(include.path);
  }
  return reached;
}

// How many test files each name has.
std::map<std::string, std::size_t> tests_by_name(const std::vector<source_file>& files) {
  constexpr std::string_view ending = "_test.cpp";
  std::map<std::string, std::size_t> all;
  for (const auto& file : files)
    if (file.under("tests/") && file.path.ends_with(ending)) {
      const auto name = stem(file.path);
      ++all[name.substr(0, name.rfind('_'))];
    }
  return all;
}

}  // namespace

named_tests count_named_tests(const std::vector<source_file>& files, std::string_view folder,
                              const untested_headers& nothing_to_test) {
  // Headers outside the folder take their tests, too.
  std::map<std::string, std::size_t> wanted;
  for (const auto& file : files)
    if (!include_name(file).empty()) ++wanted[stem(file.path)];
  const auto tests = tests_by_name(files);
  named_tests found;
  for (const auto& file : files) {
    if (include_name(file).empty() || !file.under(folder)) continue;
    if (nothing_to_test.contains(file.path)) continue;
    const auto name = stem(file.path);
    const auto have = tests.find(name);
    ++found.headers;
    if (have != tests.end() && have->second >= wanted[name])
      ++found.with_test;
    else
      found.missing.push_back(file.path);
  }
  return found;
}

findings check_named_tests(const std::vector<source_file>& files,
                           const std::vector<std::string>& folders,
                           const untested_headers& nothing_to_test) {
  findings found;
  for (const auto& folder : folders) {
    const auto count = count_named_tests(files, folder, nothing_to_test);
    if (count.with_test * 100 >= count.headers * named_tests_percent_min) continue;
    std::string what = std::to_string(count.with_test) + " of " +
                       std::to_string(count.headers) + " headers have a test of their name;";
    for (const auto& each : count.missing)
      what += " " + stem(each);
    found.push_back({folder, 1, std::move(what)});
  }
  const auto tests = tests_by_name(files);
  for (const auto& [path, reason] : nothing_to_test) {
    const bool there = std::any_of(files.begin(), files.end(),
                                   [&](const auto& file) { return file.path == path; });
    if (there && !tests.contains(stem(path))) continue;
    found.push_back({path, 1, "this exception is not needed (" + reason + ")"});
  }
  return found;
}

findings check_coverage(const std::vector<source_file>& files,
                        const untested_headers& exceptions) {
  names included;
  names test_files;
  for (const auto& file : files) {
    if (!file.under("tests/")) continue;
    test_files.insert(stem(file.path));
    for (const auto& include : includes_of(file.text))
      included.insert(include.path);
  }
  const auto reached = reached_by_tests(files, included);
  findings found;
  auto unused = exceptions;
  for (const auto& file : files) {
    const auto name = include_name(file);
    if (name.empty()) continue;
    const bool machine = name.ends_with("_machine.hpp");
    if ((machine ? included : reached).contains(name)) continue;
    if (test_files.contains(stem(name) + "_test") || unused.erase(file.path) > 0) continue;
    found.push_back({file.path, 1, "no test includes the header or bears its name"});
  }
  for (const auto& [path, reason] : unused)
    found.push_back({path, 1, "this exception is not needed (" + reason + ")"});
  return found;
}

findings check_struck_machines(const std::vector<source_file>& files) {
  names listed;
  for (const auto& file : files)
    if (file.path == "tests/simulation/struck_places.cpp")
      for (const auto& include : includes_of(file.text))
        listed.insert(include.path);
  findings found;
  for (const auto& file : files) {
    if (!file.under("libpravega_actor/src/") || !file.path.ends_with("_machine.hpp")) continue;
    if (!listed.contains(include_name(file)))
      found.push_back(
          {file.path, 1, "its actions are not in tests/simulation/struck_places.cpp"});
  }
  return found;
}

}  // namespace pravega_actor::tidy
