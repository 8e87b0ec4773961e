// What the kernels share of Node-API.
#pragma once

#include <node_api.h>

#include <initializer_list>

// Memory of a typed array, null for anything else; the callers in TypeScript check kinds and lengths.
template <typename T>
T* typed_array(napi_env env, napi_value value) {
  napi_valuetype type;
  if (napi_typeof(env, value, &type) != napi_ok || type != napi_object) return nullptr;
  void* memory = nullptr;
  napi_get_typedarray_info(env, value, nullptr, nullptr, &memory, nullptr, nullptr);
  return static_cast<T*>(memory);
}

struct Function {
  const char* name;
  napi_callback run;
};

// Exports functions, or throws where this processor lacks the instructions they were compiled to.
inline napi_value export_functions(napi_env env, napi_value exports,
                                   std::initializer_list<Function> functions) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (VECTOR_LANES == 16 ? !__builtin_cpu_supports("avx512f")
                         : !__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) {
    napi_throw_error(env, nullptr, "this processor lacks the vector instructions");
    return nullptr;
  }
#endif
  for (const Function& one : functions) {
    const napi_property_descriptor described = {one.name, nullptr, one.run,         nullptr,
                                                nullptr,  nullptr, napi_enumerable, nullptr};
    napi_define_properties(env, exports, 1, &described);
  }
  return exports;
}
