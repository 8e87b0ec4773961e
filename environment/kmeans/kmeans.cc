// Exact K-means of src/cluster: puts every point to its nearest centre and keeps the sums of the
// clusters up to date, chunk by chunk on several threads.
//
// Centres are compared in single precision, two vectors of points at once, by |c|^2 - 2 x c, which
// orders them as the squared distance does. Where the two nearest differ by no more than rounding
// can make, the point is decided in double precision by the very sums of the TypeScript code. So the
// clusters are the same there and here, for any width of the vectors and any number of threads.
#include "nodeApi.h"

#if defined(__AVX2__)
#include <immintrin.h>
#endif

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdint>
#include <limits>
#include <system_error>
#include <thread>
#include <vector>

namespace {

constexpr int LANES = VECTOR_LANES;
constexpr int POINTS = 2 * LANES;  // points compared at once
constexpr int GROUP = 4;           // centres compared at once
constexpr int CHUNKS = 64;
constexpr int NONE = 0xffff;

// The alignment of 4 lets vectors lie anywhere in an array.
typedef float Vector __attribute__((vector_size(4 * LANES), aligned(4), may_alias));
typedef float Value __attribute__((vector_size(4 * LANES)));
typedef int32_t Bits __attribute__((vector_size(4 * LANES)));
typedef float Four __attribute__((vector_size(16), aligned(4), may_alias));
typedef int32_t Order __attribute__((vector_size(16)));

inline Value load(const float* from) { return *reinterpret_cast<const Vector*>(from); }
inline Value all(float value) { return value - Value{}; }

inline Value multiply_add(Value a, Value b, Value c) {
#if defined(__AVX512F__)
  return (Value)_mm512_fmadd_ps((__m512)a, (__m512)b, (__m512)c);
#elif defined(__AVX2__)
  return (Value)_mm256_fmadd_ps((__m256)a, (__m256)b, (__m256)c);
#else
  return a * b + c;
#endif
}

// Arrays of ClusterState in src/cluster/clusterState.ts.
struct State {
  int64_t points;
  int dimensions, clusters;
  const float* data;
  const double* centres;
  uint16_t* assignment;
  double* sums;
  int32_t* counts;
  int32_t* changed;
  double* inertia;
  float* distance;

  int64_t chunk_start(int chunk) const { return chunk * points / CHUNKS; }
};

// Centres as the comparison reads them, relative to their mean: rounding then follows the spread of
// the points and not how far they lie from zero.
struct Centres {
  int groups;
  std::vector<float> origin;
  std::vector<float> factors;  // -2 c [group][dimension][GROUP]
  std::vector<float> squares;  // |c|^2 [group][GROUP], infinite behind the last centre
  float largest = 0;           // of the squares
  float rounding;              // of a comparison, as a share of 2 |c|^2 + |x|^2

  explicit Centres(const State& s)
      : groups((s.clusters + GROUP - 1) / GROUP),
        origin(s.dimensions),
        factors(std::size_t(groups) * GROUP * s.dimensions),
        squares(groups * GROUP, std::numeric_limits<float>::infinity()) {
    for (int d = 0; d < s.dimensions; d++) {
      double sum = 0;
      for (int c = 0; c < s.clusters; c++) sum += s.centres[c * s.dimensions + d];
      origin[d] = float(sum / s.clusters);
    }
    for (int c = 0; c < s.clusters; c++) {
      double square = 0;
      float* to = factors.data() + std::size_t(c / GROUP) * GROUP * s.dimensions + c % GROUP;
      for (int d = 0; d < s.dimensions; d++) {
        const double value = s.centres[c * s.dimensions + d] - origin[d];
        to[d * GROUP] = float(-2 * value);
        square += value * value;
      }
      squares[c] = float(square);
      largest = std::max(largest, squares[c]);
    }
    // A chain of n multiply-adds errs by n half units in the last place of its terms' magnitudes;
    // rounded inputs add 3; two chains are compared. The rest is reserve.
    rounding = 2.5f * (s.dimensions + 8) * 0x1p-24f;
  }
};

// The sums of squaredDistance.ts in its order.
inline double squared_distance(const float* point, const double* centre, int dimensions) {
  double sum = 0;
  int d = 0;
  for (; d + 8 <= dimensions; d += 8) {
    double e[8];
    for (int k = 0; k < 8; k++) e[k] = point[d + k] - centre[d + k];
    sum += ((e[0] * e[0] + e[1] * e[1]) + (e[2] * e[2] + e[3] * e[3])) +
           ((e[4] * e[4] + e[5] * e[5]) + (e[6] * e[6] + e[7] * e[7]));
  }
  for (; d < dimensions; d++) {
    const double e = point[d] - centre[d];
    sum += e * e;
  }
  return sum;
}

// Nearest centre in double precision; the own one where another is as near.
int nearest_exactly(const State& s, const float* point, int own) {
  const auto to = [&](int c) { return squared_distance(point, s.centres + c * s.dimensions, s.dimensions); };
  int nearest = own;
  double shortest = own == NONE ? std::numeric_limits<double>::infinity() : to(own);
  for (int c = 0; c < s.clusters; c++) {
    const double distance = c == own ? shortest : to(c);
    if (distance < shortest) {
      shortest = distance;
      nearest = c;
    }
  }
  return nearest;
}

// Some points relative to the origin as [dimension][POINTS], zeros behind the last.
void transpose(const float* data, int count, int dimensions, const float* origin, float* out) {
  const int whole = count == POINTS ? dimensions / 4 * 4 : 0;
  for (int p = 0; p < POINTS && whole > 0; p += 4) {
    const float* from = data + std::ptrdiff_t(p) * dimensions;
    for (int d = 0; d < whole; d += 4) {
      const Four shift = *reinterpret_cast<const Four*>(origin + d);
      Four row[4];
      for (int k = 0; k < 4; k++) row[k] = *reinterpret_cast<const Four*>(from + k * dimensions + d) - shift;
      const Four a = __builtin_shuffle(row[0], row[1], Order{0, 4, 1, 5});
      const Four b = __builtin_shuffle(row[0], row[1], Order{2, 6, 3, 7});
      const Four c = __builtin_shuffle(row[2], row[3], Order{0, 4, 1, 5});
      const Four e = __builtin_shuffle(row[2], row[3], Order{2, 6, 3, 7});
      Four* to[4];
      for (int k = 0; k < 4; k++) to[k] = reinterpret_cast<Four*>(out + (d + k) * POINTS + p);
      *to[0] = __builtin_shuffle(a, c, Order{0, 1, 4, 5});
      *to[1] = __builtin_shuffle(a, c, Order{2, 3, 6, 7});
      *to[2] = __builtin_shuffle(b, e, Order{0, 1, 4, 5});
      *to[3] = __builtin_shuffle(b, e, Order{2, 3, 6, 7});
    }
  }
  for (int d = whole; d < dimensions; d++) {
    for (int p = 0; p < POINTS; p++) {
      out[d * POINTS + p] = p < count ? data[std::ptrdiff_t(p) * dimensions + d] - origin[d] : 0;
    }
  }
}

// The nearest centre of POINTS points by single precision.
struct Nearest {
  alignas(64) int32_t centre[POINTS];
  // 1 where rounding may have decided.
  alignas(64) int32_t unsure[POINTS];
};

void compare(const Centres& centres, int dimensions, const float* x, Nearest& out) {
  const Value infinite = all(std::numeric_limits<float>::infinity());
  Value first[2] = {infinite, infinite}, second[2] = {infinite, infinite}, square[2] = {};
  Bits index[2] = {};
  const float* factors = centres.factors.data();
  for (int g = 0; g < centres.groups; g++, factors += dimensions * GROUP) {
    Value score[GROUP][2];
    for (int c = 0; c < GROUP; c++) score[c][0] = score[c][1] = all(centres.squares[g * GROUP + c]);
    for (int d = 0; d < dimensions; d++) {
      const Value x0 = load(x + d * POINTS), x1 = load(x + d * POINTS + LANES);
#pragma GCC unroll 4
      for (int c = 0; c < GROUP; c++) {
        const Value factor = all(factors[d * GROUP + c]);
        score[c][0] = multiply_add(factor, x0, score[c][0]);
        score[c][1] = multiply_add(factor, x1, score[c][1]);
      }
    }
#pragma GCC unroll 4
    for (int c = 0; c < GROUP; c++) {
      const Bits number = (g * GROUP + c) - Bits{};
      for (int v = 0; v < 2; v++) {
        const Value found = score[c][v];
        const Bits nearer = found < first[v];
        const Value farther = nearer ? first[v] : found;
        second[v] = farther < second[v] ? farther : second[v];
        first[v] = nearer ? found : first[v];
        index[v] = nearer ? number : index[v];
      }
    }
  }
  for (int d = 0; d < dimensions; d++) {
    for (int v = 0; v < 2; v++) {
      const Value value = load(x + d * POINTS + v * LANES);
      square[v] = multiply_add(value, value, square[v]);
    }
  }
  for (int v = 0; v < 2; v++) {
    const Value error = centres.rounding * (square[v] + 2 * centres.largest) + 1e-37f;
    // What is no number counts as unsure.
    const Bits sure = second[v] - first[v] > error;
    *reinterpret_cast<Bits*>(out.centre + v * LANES) = index[v];
    *reinterpret_cast<Bits*>(out.unsure + v * LANES) = ~sure;
  }
}

// Adds a point to (sign 1) or takes it off (sign -1) a cluster's sums in a chunk.
inline void transfer(const State& s, int chunk, const float* point, int cluster, int sign) {
  const int64_t cell = int64_t(chunk) * s.clusters + cluster;
  double* sums = s.sums + cell * s.dimensions;
  for (int d = 0; d < s.dimensions; d++) sums[d] += sign * double(point[d]);
  s.counts[cell] += sign;
}

void assign_chunk(const State& s, const Centres& centres, int chunk, float* scratch) {
  const int64_t last = s.chunk_start(chunk + 1);
  int changes = 0;
  Nearest found;
  for (int64_t start = s.chunk_start(chunk); start < last; start += POINTS) {
    const int count = int(std::min<int64_t>(POINTS, last - start));
    const float* points = s.data + start * s.dimensions;
    transpose(points, count, s.dimensions, centres.origin.data(), scratch);
    compare(centres, s.dimensions, scratch, found);
    uint16_t* assignment = s.assignment + start;
    for (int p = 0; p < count; p++) {
      const int own = assignment[p];
      if (found.centre[p] == own && !found.unsure[p]) continue;
      const float* point = points + std::ptrdiff_t(p) * s.dimensions;
      const int nearest = found.unsure[p] ? nearest_exactly(s, point, own) : found.centre[p];
      if (nearest == own) continue;
      changes++;
      assignment[p] = uint16_t(nearest);
      if (own != NONE) transfer(s, chunk, point, own, -1);
      transfer(s, chunk, point, nearest, 1);
    }
  }
  s.changed[chunk] = changes;
}

// Distances of the points of a chunk to their centres, and their inertia.
void measure_chunk(const State& s, int chunk) {
  const int64_t last = s.chunk_start(chunk + 1);
  double sum = 0;
  for (int64_t i = s.chunk_start(chunk); i < last; i++) {
    const double* centre = s.centres + s.assignment[i] * s.dimensions;
    const double squared = squared_distance(s.data + i * s.dimensions, centre, s.dimensions);
    s.distance[i] = float(std::sqrt(squared));
    sum += squared;
  }
  s.inertia[chunk] = sum;
}

// All chunks on so many threads, this one among them.
void assign(const State& s, int threads, bool measure) {
  const Centres centres(s);
  std::atomic<int> next{0};
  const auto work = [&] {
    std::vector<float> scratch(std::size_t(s.dimensions) * POINTS);
    for (int chunk; (chunk = next++) < CHUNKS;) {
      assign_chunk(s, centres, chunk, scratch.data());
      if (measure) measure_chunk(s, chunk);
    }
  };
  std::vector<std::thread> others;
  try {
    for (int t = 1; t < threads; t++) others.emplace_back(work);
  } catch (const std::system_error&) {
    // The threads that could be started do it all.
  }
  work();
  for (std::thread& other : others) other.join();
}

// ---- Node-API ----

// assign([points, dimensions, clusters, threads, measure], data, centres, assignment, sums, counts,
//        changed, inertia, distance)
napi_value run_assign(napi_env env, napi_callback_info info) {
  std::size_t count = 9;
  napi_value a[9];
  napi_get_cb_info(env, info, &count, a, nullptr, nullptr);
  const int32_t* n = typed_array<int32_t>(env, a[0]);
  const State state = {n[0],
                       n[1],
                       n[2],
                       typed_array<float>(env, a[1]),
                       typed_array<double>(env, a[2]),
                       typed_array<uint16_t>(env, a[3]),
                       typed_array<double>(env, a[4]),
                       typed_array<int32_t>(env, a[5]),
                       typed_array<int32_t>(env, a[6]),
                       typed_array<double>(env, a[7]),
                       typed_array<float>(env, a[8])};
  assign(state, n[3], n[4] != 0);
  return nullptr;
}

napi_value init(napi_env env, napi_value exports) {
  return export_functions(env, exports, {{"assign", run_assign}});
}

}  // namespace

NAPI_MODULE(phenocover_kmeans, init)
