// Hidden Markov models of src/consistency on one core: the plain model over all classes, the grouped
// model, and the expected moves between groups from which local rates are learned.
//
// Every sum runs over its terms in the order of the TypeScript code and no product is fused with a
// sum, so that the results are the same bytes. States are padded with zeros to whole vectors: sums
// over many states at once are vectors, sums over the states of one pixel are not.
#include "nodeApi.h"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace {

constexpr int LEVELS = 101;  // per cents 0-100
constexpr int BLOCK = 64;    // pixels whose emissions stay in the first-level cache
constexpr int GROUPS = 4;

using Bytes = std::vector<uint8_t*>;
using Doubles = std::vector<const double*>;

// A matrix [from][to] as padded rows, and its transpose.
template <int W>
struct Matrix {
  double rows[W * W] = {}, columns[W * W] = {};
  void fill(const double* values, int states) {
    for (int k = 0; k < states; k++) {
      for (int l = 0; l < states; l++) {
        rows[k * W + l] = columns[l * W + k] = values[k * states + l];
      }
    }
  }
};

// Sums over k of vector[k] * rows[k].
template <int W>
inline void product(const double* vector, const double* rows, int states, double* out) {
  double sums[W] = {};
  for (int k = 0; k < states; k++) {
    const double value = vector[k];
    for (int l = 0; l < W; l++) sums[l] += value * rows[k * W + l];
  }
  for (int l = 0; l < W; l++) out[l] = sums[l];
}

// Divides the states of a year by their sum.
template <int W>
inline double scale(double* values, int states) {
  double sum = 0;
  for (int k = 0; k < states; k++) sum += values[k];
  const double factor = 1 / sum;
  for (int k = 0; k < W; k++) values[k] *= factor;
  return sum;
}

// Forward-backward of one pixel; arrays are [year][W].
template <int W>
struct Chain {
  int states;
  std::vector<double> forward, backward, ahead, posterior, reach;

  Chain(int states, int years)
      : states(states),
        forward(years * W),
        backward(years * W),
        ahead(years * W),
        posterior(years * W),
        reach(years) {}

  // `matrices` holds one a pair of years; posteriors keep a factor a year where `sums_to_one` is off.
  void run(const double* emission, const double* start, const Matrix<W>* const* matrices, int years,
           bool sums_to_one) {
    double* f = forward.data();
    for (int k = 0; k < W; k++) f[k] = start[k] * emission[k];
    scale<W>(f, states);
    for (int y = 1; y < years; y++) {
      product<W>(f + (y - 1) * W, matrices[y - 1]->rows, states, f + y * W);
      for (int k = 0; k < W; k++) f[y * W + k] *= emission[y * W + k];
      scale<W>(f + y * W, states);
    }
    double* b = backward.data();
    for (int k = 0; k < W; k++) b[(years - 1) * W + k] = 1;
    for (int y = years - 2; y >= 0; y--) {
      double* next = ahead.data() + (y + 1) * W;
      for (int k = 0; k < W; k++) next[k] = emission[(y + 1) * W + k] * b[(y + 1) * W + k];
      product<W>(next, matrices[y]->columns, states, b + y * W);
      reach[y] = scale<W>(b + y * W, states);
    }
    for (int y = 0; y < years; y++) {
      double* p = posterior.data() + y * W;
      for (int k = 0; k < W; k++) p[k] = f[y * W + k] * b[y * W + k];
      if (sums_to_one) reach[y] *= scale<W>(p, states);
    }
  }

  int most_probable(int year) const {
    const double* p = posterior.data() + year * W;
    int best = 0;
    for (int k = 1; k < states; k++) {
      if (p[k] > p[best]) best = k;
    }
    return best;
  }
};

struct Series {
  int pixels, years, classes;
  Bytes percent;        // a year [class][pixel]
  const double* table;  // emissions [class][per cent]
};

// Emissions [pixel][year][W] of the pixels from `first` on; a year without data says nothing.
template <int W>
struct Emissions {
  std::vector<double> values;
  uint8_t data[BLOCK];  // 1 where some year has data

  explicit Emissions(const Series& s) : values(std::size_t(BLOCK) * s.years * W) {}

  const double* of(int pixel, int years) const { return values.data() + pixel * years * W; }

  void read(const Series& s, int first, int count) {
    const int step = s.years * W;
    for (int p = 0; p < count; p++) data[p] = 0;
    for (int y = 0; y < s.years; y++) {
      int total[BLOCK] = {};
      for (int k = 0; k < s.classes; k++) {
        const uint8_t* from = s.percent[y] + std::size_t(k) * s.pixels + first;
        const double* levels = s.table + k * LEVELS;
        double* to = values.data() + y * W + k;
        for (int p = 0; p < count; p++) {
          to[p * step] = levels[from[p]];
          total[p] += from[p];
        }
      }
      for (int p = 0; p < count; p++) {
        if (total[p] > 0) {
          data[p] = 1;
        } else {
          for (int k = 0; k < s.classes; k++) values[p * step + y * W + k] = 1;
        }
      }
    }
  }
};

template <int W>
void plain(const Series& s, const double* start, const Doubles& transitions, const Bytes& out) {
  std::vector<Matrix<W>> matrices(transitions.size());
  std::vector<const Matrix<W>*> pairs;
  for (std::size_t y = 0; y < transitions.size(); y++) {
    matrices[y].fill(transitions[y], s.classes);
    pairs.push_back(&matrices[y]);
  }
  double first_year[W] = {};
  for (int k = 0; k < s.classes; k++) first_year[k] = start[k];
  Chain<W> chain(s.classes, s.years);
  Emissions<W> emissions(s);
  for (int first = 0; first < s.pixels; first += BLOCK) {
    const int count = s.pixels - first < BLOCK ? s.pixels - first : BLOCK;
    emissions.read(s, first, count);
    for (int p = 0; p < count; p++) {
      if (!emissions.data[p]) continue;
      chain.run(emissions.of(p, s.years), first_year, pairs.data(), s.years, false);
      for (int y = 0; y < s.years; y++) out[y][first + p] = uint8_t(chain.most_probable(y) + 1);
    }
  }
}

// Moves between groups at every pixel and pair of years: those of an event where one is stated, else
// the pair's own; where `seen` is given, what was seen around the pixel beside `trust` such pixels.
struct Moves {
  Doubles usual;  // a pair of years
  const double* event;
  Bytes events;
  const float* seen;  // [pixel][pair][from x to], or null
  double trust;
  std::vector<Matrix<GROUPS>> own;
  std::vector<const Matrix<GROUPS>*> pairs;
  std::vector<Matrix<GROUPS>> stated;  // a pair of years, then that of an event

  void prepare() {
    stated.resize(events.size() + 1);
    for (std::size_t y = 0; y < events.size(); y++) stated[y].fill(usual[y], GROUPS);
    stated[events.size()].fill(event, GROUPS);
    own.resize(events.size());
    pairs.resize(events.size());
  }

  const Matrix<GROUPS>* const* at(std::size_t pixel) {
    for (std::size_t y = 0; y < events.size(); y++) {
      const bool hit = events[y] && events[y][pixel] == 1;
      const Matrix<GROUPS>& given = stated[hit ? events.size() : y];
      pairs[y] = &given;
      if (!seen) continue;
      const float* around = seen + (pixel * events.size() + y) * GROUPS * GROUPS;
      for (int k = 0; k < GROUPS; k++) {
        double total = trust;
        for (int l = 0; l < GROUPS; l++) total += around[k * GROUPS + l];
        const double factor = 1 / total;
        for (int l = 0; l < GROUPS; l++) {
          const int cell = k * GROUPS + l;
          const double value = (trust * given.rows[cell] + around[cell]) * factor;
          own[y].rows[cell] = own[y].columns[l * GROUPS + k] = value;
        }
      }
      pairs[y] = &own[y];
    }
    return pairs.data();
  }
};

// The classes of a group and their own chain.
template <int W>
struct Level {
  std::vector<int> members;
  Matrix<W> matrix;
  double start[W] = {}, flat[W] = {};
};

template <int W>
void grouped(const Series& s, const uint8_t* group, const double* group_start, Moves& moves,
             const double* class_start, const Doubles& matrices, const Bytes& out) {
  std::vector<Level<W>> levels(GROUPS);
  for (int k = 0; k < s.classes; k++) levels[group[k]].members.push_back(k);
  for (int g = 0; g < GROUPS; g++) {
    Level<W>& level = levels[g];
    const int size = int(level.members.size());
    level.matrix.fill(matrices[g], size);
    for (int m = 0; m < size; m++) {
      level.start[m] = class_start[level.members[m]];
      level.flat[m] = 1;
    }
  }
  Chain<GROUPS> above(GROUPS, s.years);
  Chain<W> inside(0, s.years);
  Emissions<W> emissions(s);
  std::vector<double> sums(s.years * GROUPS), own(s.years * W);
  std::vector<int> path(s.years);
  std::vector<const Matrix<W>*> pairs(s.years);
  for (int first = 0; first < s.pixels; first += BLOCK) {
    const int count = s.pixels - first < BLOCK ? s.pixels - first : BLOCK;
    emissions.read(s, first, count);
    for (int p = 0; p < count; p++) {
      if (!emissions.data[p]) continue;
      const double* emission = emissions.of(p, s.years);
      for (int y = 0; y < s.years; y++) {
        for (int g = 0; g < GROUPS; g++) {
          double sum = 0;
          for (const int k : levels[g].members) sum += emission[y * W + k];
          sums[y * GROUPS + g] = sum;
        }
      }
      above.run(sums.data(), group_start, moves.at(first + p), s.years, true);
      for (int y = 0; y < s.years; y++) path[y] = above.most_probable(y);
      for (int from = 0, end; from < s.years; from = end) {
        for (end = from + 1; end < s.years && path[end] == path[from];) end++;
        const Level<W>& level = levels[path[from]];
        const int size = int(level.members.size());
        if (size == 1) {
          for (int y = from; y < end; y++) out[y][first + p] = uint8_t(level.members[0] + 1);
          continue;
        }
        for (int y = from; y < end; y++) {
          for (int m = 0; m < size; m++) {
            own[(y - from) * W + m] = emission[y * W + level.members[m]];
          }
          pairs[y - from] = &level.matrix;
        }
        inside.states = size;
        inside.run(own.data(), from == 0 ? level.start : level.flat, pairs.data(), end - from, true);
        for (int y = from; y < end; y++) {
          out[y][first + p] = uint8_t(level.members[inside.most_probable(y - from)] + 1);
        }
      }
    }
  }
}

// Expected moves [pixel][pair][from x to] from emissions of the groups [pixel][year][group], the first
// of a pixel NaN where some year has no data; multiples of 2^-23, whose sums are exact.
void expected_moves(const double* groups, std::size_t pixels, int years, const double* start,
                    Moves& moves, float* out) {
  constexpr double COARSE = 536870912.0;
  Chain<GROUPS> chain(GROUPS, years);
  const int pairs = years - 1;
  for (std::size_t pixel = 0; pixel < pixels; pixel++) {
    const double* emission = groups + pixel * years * GROUPS;
    if (std::isnan(emission[0])) continue;
    const Matrix<GROUPS>* const* matrices = moves.at(pixel);
    chain.run(emission, start, matrices, years, true);
    for (int y = 0; y < pairs; y++) {
      const double factor = 1 / chain.reach[y];
      const double* ahead = chain.ahead.data() + (y + 1) * GROUPS;
      float* to = out + (pixel * pairs + y) * GROUPS * GROUPS;
      for (int k = 0; k < GROUPS; k++) {
        const double share = chain.forward[y * GROUPS + k] * factor;
        for (int l = 0; l < GROUPS; l++) {
          const double joint = share * matrices[y]->rows[k * GROUPS + l] * ahead[l];
          to[k * GROUPS + l] = float(joint + COARSE - COARSE);
        }
      }
    }
  }
}

// ---- Node-API: arguments are typed arrays, null or lists of them, checked by hmmKernel.ts ----

struct Arguments {
  napi_env env;
  napi_value values[14];

  Arguments(napi_env env, napi_callback_info info) : env(env) {
    std::size_t count = 14;
    napi_get_cb_info(env, info, &count, values, nullptr, nullptr);
  }
  template <typename T>
  T* data(int at) const {
    return typed_array<T>(env, values[at]);
  }
  template <typename T>
  std::vector<T*> list(int at) const {
    uint32_t length = 0;
    napi_get_array_length(env, values[at], &length);
    std::vector<T*> out(length);
    for (uint32_t i = 0; i < length; i++) {
      napi_value item;
      napi_get_element(env, values[at], i, &item);
      out[i] = typed_array<T>(env, item);
    }
    return out;
  }
  // sizes [pixels, years, classes], percent, table
  Series series() const {
    const int32_t* sizes = data<int32_t>(0);
    return {sizes[0], sizes[1], sizes[2], list<uint8_t>(1), data<double>(2)};
  }
  // usual, event, events, seen or null, [trust]
  Moves moves(int at) const {
    Moves out;
    out.usual = list<const double>(at);
    out.event = data<double>(at + 1);
    out.events = list<uint8_t>(at + 2);
    out.seen = data<float>(at + 3);
    out.trust = *data<double>(at + 4);
    out.prepare();
    return out;
  }
};

// plain(sizes, percent, table, start, transitions, out)
napi_value run_plain(napi_env env, napi_callback_info info) {
  const Arguments a(env, info);
  const Series s = a.series();
  const auto call = [&](auto run) { run(s, a.data<double>(3), a.list<const double>(4), a.list<uint8_t>(5)); };
  if (s.classes <= 4) call(plain<4>);
  else if (s.classes <= 8) call(plain<8>);
  else if (s.classes <= 12) call(plain<12>);
  else if (s.classes <= 16) call(plain<16>);
  else call(plain<32>);
  return nullptr;
}

// grouped(sizes, percent, table, group, groupStart, usual, event, events, seen, trust, classStart,
//         matrices, out)
napi_value run_grouped(napi_env env, napi_callback_info info) {
  const Arguments a(env, info);
  const Series s = a.series();
  Moves moves = a.moves(5);
  const auto call = [&](auto run) {
    run(s, a.data<uint8_t>(3), a.data<double>(4), moves, a.data<double>(10),
        a.list<const double>(11), a.list<uint8_t>(12));
  };
  if (s.classes <= 8) call(grouped<8>);
  else if (s.classes <= 12) call(grouped<12>);
  else if (s.classes <= 16) call(grouped<16>);
  else call(grouped<32>);
  return nullptr;
}

// expectedMoves(sizes [pixels, years], groups, start, usual, event, events, seen, trust, out)
napi_value run_expected(napi_env env, napi_callback_info info) {
  const Arguments a(env, info);
  const int32_t* sizes = a.data<int32_t>(0);
  Moves moves = a.moves(3);
  expected_moves(a.data<double>(1), sizes[0], sizes[1], a.data<double>(2), moves, a.data<float>(8));
  return nullptr;
}

}  // namespace

NAPI_MODULE_INIT() {
  return export_functions(
      env, exports,
      {{"plain", run_plain}, {"grouped", run_grouped}, {"expectedMoves", run_expected}});
}
