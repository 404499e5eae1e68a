// Where the sources are, for tests that read files of theirs.
#pragma once

namespace pravega_actor::test {

/// The project's top folder.
extern const char* const source_dir;
/// `tests/data` in it.
extern const char* const test_data_dir;

}  // namespace pravega_actor::test
