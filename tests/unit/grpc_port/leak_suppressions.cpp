// The c-ares that gRPC resolves names with loses ten bytes for each name, without this library,
// too; everything else that is lost is reported.
#if defined(__SANITIZE_ADDRESS__)
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() {
  return "leak:libcares";
}
#endif
