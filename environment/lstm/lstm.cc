// LSTM layer: forward pass over all dates and its gradient, in single precision, with
// the weights of Keras (kernel [channel, 4 units], recurrent [unit, 4 units], bias; gates in the
// order input, forget, candidate, output; tanh and the logistic function).
//
// The samples are cut into blocks whose states stay in the second-level cache. A product keeps a
// tile of ROWS x 2 vectors in registers; every sum runs over its terms in a fixed order, one
// multiply-add each, so the bytes depend neither on the vector width nor on other samples of the
// call. Units are padded with zero weights to whole tiles, which leaves all real units unchanged.
#include "nodeApi.h"

#if defined(__AVX2__)
#include <immintrin.h>
#endif

#include <algorithm>
#include <atomic>
#include <cmath>
#include <condition_variable>
#include <cstdint>
#include <cstring>
#include <functional>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace {

constexpr int LANES = VECTOR_LANES;
constexpr int TILE = 2 * LANES;
constexpr int ROWS = 6;
constexpr int BLOCK = 96;

// The alignment of 4 lets vectors lie anywhere in a typed array.
typedef float Vector __attribute__((vector_size(4 * LANES), aligned(4), may_alias));
typedef float Value __attribute__((vector_size(4 * LANES)));
typedef int32_t Bits __attribute__((vector_size(4 * LANES)));

inline Value load(const float* from) { return *reinterpret_cast<const Vector*>(from); }
inline void store(float* to, Value value) { *reinterpret_cast<Vector*>(to) = value; }
inline Value all(float value) { return value - Value{}; }

// x cut to -limit..limit; NaN stays NaN, which the order of the operands decides.
inline Value cut(Value x, float limit) {
#if defined(__AVX512F__)
  return (Value)_mm512_min_ps((__m512)all(limit), _mm512_max_ps((__m512)all(-limit), (__m512)x));
#elif defined(__AVX2__)
  return (Value)_mm256_min_ps((__m256)all(limit), _mm256_max_ps((__m256)all(-limit), (__m256)x));
#else
  x = x < -limit ? all(-limit) : x;
  return x > limit ? all(limit) : x;
#endif
}

// 2^(scale x) to about 1 ulp, for |scale x| cut to 40: 2^n by the exponent bits, the rest by a
// minimax polynomial.
inline Value power_of_two(Value x, float scale) {
  x = cut(x, 40.0f / (scale < 0 ? -scale : scale));
  const Value rounding = all(12582912.0f);  // 1.5 * 2^23: the sum's low bits hold the integer
  const Value shifted = x * scale + rounding;
  const Value rest = x * scale - (shifted - rounding);
  Value p = rest * 1.53533620e-4f + 1.33988750e-3f;
  p = p * rest + 9.61843692e-3f;
  p = p * rest + 5.55033237e-2f;
  p = p * rest + 2.40226477e-1f;
  p = p * rest + 6.93147182e-1f;
  p = p * rest + 1.0f;
  return (Value)((Bits)p + ((Bits)shifted << 23));
}
// e^-x makes 1 / (1 + e^-x) of a gate, e^-2x makes (1 - e^-2x) / (1 + e^-2x) of a tanh.
inline Value falling(Value x) { return power_of_two(x, -1.44269504f); }
inline Value falling_twice(Value x) { return power_of_two(x, -2.88539008f); }
inline Value hyperbolic(Value x) {
  const Value e = falling_twice(x);
  return (1.0f - e) / (1.0f + e);
}

// A factor of a product: element (row, k) at data[row * row_step + k * k_step].
struct Left {
  const float* data;
  std::ptrdiff_t row_step, k_step;
  int length;
};

// out[row][0..TILE) = start + sum over k of left(row, k) * right[k * right_step + 0..TILE).
template <int R>
inline void tile(const Left* left, int parts, int row, const float* right,
                 std::ptrdiff_t right_step, const float* start, std::ptrdiff_t start_step, float* out,
                 std::ptrdiff_t out_step) {
  Value sum[R][2];
  for (int r = 0; r < R; r++) {
    sum[r][0] = start ? load(start + r * start_step) : Value{};
    sum[r][1] = start ? load(start + r * start_step + LANES) : Value{};
  }
  for (int part = 0; part < parts; part++) {
    const std::ptrdiff_t row_step = left[part].row_step, k_step = left[part].k_step;
    const float* a = left[part].data + row * row_step;
    for (int k = 0; k < left[part].length; k++, a += k_step, right += right_step) {
      const Value b0 = load(right), b1 = load(right + LANES);
#pragma GCC unroll 8
      for (int r = 0; r < R; r++) {
        const Value scalar = all(a[r * row_step]);
        sum[r][0] += scalar * b0;
        sum[r][1] += scalar * b1;
      }
    }
  }
  for (int r = 0; r < R; r++) {
    store(out + r * out_step, sum[r][0]);
    store(out + r * out_step + LANES, sum[r][1]);
  }
}

// Rows of a product, tile by tile; `start` (step 0: one row for all) may be `out` itself.
void product(int rows, const Left* left, int parts, const float* right, std::ptrdiff_t right_step,
             const float* start, std::ptrdiff_t start_step, float* out, std::ptrdiff_t out_step) {
  for (int row = 0; row < rows; row += ROWS) {
    const float* from = start ? start + row * start_step : nullptr;
    float* to = out + row * out_step;
    switch (std::min(ROWS, rows - row)) {
      case 6: tile<6>(left, parts, row, right, right_step, from, start_step, to, out_step); break;
      case 5: tile<5>(left, parts, row, right, right_step, from, start_step, to, out_step); break;
      case 4: tile<4>(left, parts, row, right, right_step, from, start_step, to, out_step); break;
      case 3: tile<3>(left, parts, row, right, right_step, from, start_step, to, out_step); break;
      case 2: tile<2>(left, parts, row, right, right_step, from, start_step, to, out_step); break;
      default: tile<1>(left, parts, row, right, right_step, from, start_step, to, out_step);
    }
  }
}

inline int padded(int size) { return (size + TILE - 1) / TILE * TILE; }

// Sizes of a call. `width` is the padded number of units.
struct Shape {
  int samples, dates, channels, units, width;
  bool sequences, reverse;
  int gates() const { return 4 * width; }
  // Not a power of two, so that rows of a block spread over the cache's sets.
  int gate_step() const { return 4 * width + TILE; }
  // Date that is read as number `step`.
  int date(int step) const { return reverse ? dates - 1 - step : step; }
};

// Rows of a weight matrix [rows, 4 units] as tiles [tile][row][TILE] of padded gates.
void pack_gates(const Shape& s, const float* weights, int rows, int first, int all_rows, float* out) {
  for (int column = 0; column < s.gates(); column += TILE) {
    const int gate = column / s.width, unit = column % s.width;
    const int real = std::max(0, std::min(TILE, s.units - unit));
    const float* from = weights + gate * s.units + unit;
    float* to = out + (std::size_t(column / TILE) * all_rows + first) * TILE;
    for (int row = 0; row < rows; row++, to += TILE, from += 4 * s.units) {
      std::memset(to, 0, sizeof(float) * TILE);
      std::memcpy(to, from, sizeof(float) * real);
    }
  }
}

// The transpose of a weight matrix [rows, 4 units] as tiles [tile of rows][padded gate][TILE].
void pack_transposed(const Shape& s, const float* weights, int rows, float* out) {
  std::memset(out, 0, sizeof(float) * padded(rows) * s.gates());
  for (int row = 0; row < rows; row++) {
    float* to = out + std::size_t(row / TILE) * s.gates() * TILE + row % TILE;
    for (int gate = 0; gate < 4; gate++) {
      for (int unit = 0; unit < s.units; unit++) {
        to[(gate * s.width + unit) * TILE] = weights[(row * 4 + gate) * s.units + unit];
      }
    }
  }
}

// Scratch memory that lives as long as the thread: fresh pages cost more than the sums.
float* scratch(int which, std::size_t size) {
  thread_local std::vector<float> memory[20];
  if (memory[which].size() < size) memory[which].assign(size, 0.0f);
  return memory[which].data();
}

// The weights of a forward pass in the order of its products.
struct ForwardWeights {
  const float* tiles;
  const float* bias;
  int rows;
};

ForwardWeights forward_weights(const Shape& s, const float* kernel, const float* recurrent,
                               const float* bias) {
  const int rows = s.channels + s.units;
  float* tiles = scratch(0, std::size_t(rows) * s.gates());
  pack_gates(s, kernel, s.channels, 0, rows, tiles);
  pack_gates(s, recurrent, s.units, s.channels, rows, tiles);
  float* start = scratch(1, s.gates());
  pack_gates(s, bias, 1, 0, 1, start);
  return {tiles, start, rows};
}

// Hidden states of at most BLOCK samples. `kept` (or null) receives gates and cell states for the
// gradient, [date][sample][input, forget, candidate, output, cell][width].
//
// `out` [sample][date or 1][units], a sample's first value `out_step` behind that of the one before.
void forward_block(const Shape& s, const ForwardWeights& weights, int count, const float* series,
                   float* out, std::ptrdiff_t out_step, float* kept) {
  float* gates = scratch(2, std::size_t(BLOCK) * s.gate_step());
  float* hidden = scratch(3, std::size_t(BLOCK) * s.width);
  float* cell = scratch(4, std::size_t(BLOCK) * s.width);
  const std::ptrdiff_t sample_step = std::ptrdiff_t(s.dates) * s.channels;
  std::memset(cell, 0, sizeof(float) * count * s.width);
  for (int step = 0; step < s.dates; step++) {
    const Left left[2] = {{series + s.date(step) * s.channels, sample_step, 1, s.channels},
                          {hidden, s.width, 1, s.units}};
    for (int column = 0; column < s.gates(); column += TILE) {
      product(count, left, step ? 2 : 1, weights.tiles + std::size_t(column) * weights.rows, TILE,
              weights.bias + column, 0, gates + column, s.gate_step());
    }
    for (int sample = 0; sample < count; sample++) {
      const float* z = gates + sample * s.gate_step();
      float* state = cell + sample * s.width;
      float* h = hidden + sample * s.width;
      float* keep = kept;
      if (kept) kept += 5 * s.width;
      // Divisions cost most here: one for the three gates of the cell state, one for the output.
      // Two loops, so that the processor works on the chains of several vectors at once.
      for (int u = 0; u < s.width; u += LANES) {
        const Value input = 1.0f + falling(load(z + u));
        const Value forget = 1.0f + falling(load(z + s.width + u));
        const Value e = falling_twice(load(z + 2 * s.width + u));
        const Value both = input * (1.0f + e);
        const Value inverse = 1.0f / (both * forget);
        const Value kept_share = both * inverse;
        const Value c = kept_share * load(state + u) + (1.0f - e) * (forget * inverse);
        store(state + u, c);
        if (!keep) continue;
        store(keep + u, (1.0f + e) * (forget * inverse));
        store(keep + s.width + u, kept_share);
        store(keep + 2 * s.width + u, (1.0f - e) * (input * (forget * inverse)));
        store(keep + 4 * s.width + u, c);
      }
      for (int u = 0; u < s.width; u += LANES) {
        const Value output = 1.0f + falling(load(z + 3 * s.width + u));
        const Value e = falling_twice(load(state + u));
        const Value inverse = 1.0f / (output * (1.0f + e));
        store(h + u, (1.0f - e) * inverse);
        if (keep) store(keep + 3 * s.width + u, (1.0f + e) * inverse);
      }
    }
    if (!s.sequences && step < s.dates - 1) continue;
    for (int sample = 0; sample < count; sample++) {
      float* to = out + sample * out_step + (s.sequences ? step * s.units : 0);
      std::memcpy(to, hidden + sample * s.width, sizeof(float) * s.units);
    }
  }
}

// Hidden states of all samples; `kept` holds those of one block behind the other.
void forward(const Shape& s, const float* series, const float* kernel, const float* recurrent,
             const float* bias, float* out, float* kept) {
  const ForwardWeights weights = forward_weights(s, kernel, recurrent, bias);
  const std::ptrdiff_t sample_step = std::ptrdiff_t(s.dates) * s.channels;
  const std::ptrdiff_t out_step = std::ptrdiff_t(s.sequences ? s.dates : 1) * s.units;
  for (int first = 0; first < s.samples; first += BLOCK) {
    forward_block(s, weights, std::min(BLOCK, s.samples - first), series + first * sample_step,
                  out + first * out_step, out_step,
                  kept ? kept + std::size_t(first) * s.dates * 5 * s.width : nullptr);
  }
}

// Copies the real columns of a padded [rows][4 width] sum to [rows, 4 units].
void unpad_gates(const Shape& s, const float* from, int rows, float* to) {
  for (int row = 0; row < rows; row++) {
    for (int gate = 0; gate < 4; gate++) {
      std::memcpy(to + (row * 4 + gate) * s.units, from + std::size_t(row) * s.gates() + gate * s.width,
                  sizeof(float) * s.units);
    }
  }
}

// The weights of a backward pass in the order of its products, and the sums of their gradients.
struct BackwardWeights {
  const float* to_hidden;
  const float* to_series;
  float* kernel_sum;
  float* recurrent_sum;
  float* bias_sum;
};

BackwardWeights backward_weights(const Shape& s, const float* kernel, const float* recurrent,
                                 bool want_series) {
  float* to_hidden = scratch(5, std::size_t(s.width) * s.gates());
  pack_transposed(s, recurrent, s.units, to_hidden);
  float* to_series = nullptr;
  if (want_series) {
    to_series = scratch(6, std::size_t(padded(s.channels)) * s.gates());
    pack_transposed(s, kernel, s.channels, to_series);
  }
  const int rows = s.channels + s.units + 1;
  float* sums = scratch(7, std::size_t(rows) * s.gates());
  std::memset(sums, 0, sizeof(float) * rows * s.gates());
  float* recurrent_sum = sums + std::size_t(s.channels) * s.gates();
  float* bias_sum = recurrent_sum + std::size_t(s.units) * s.gates();
  return {to_hidden, to_series, sums, recurrent_sum, bias_sum};
}

void store_gradients(const Shape& s, const BackwardWeights& weights, float* kernel_gradient,
                     float* recurrent_gradient, float* bias_gradient) {
  unpad_gates(s, weights.kernel_sum, s.channels, kernel_gradient);
  unpad_gates(s, weights.recurrent_sum, s.units, recurrent_gradient);
  unpad_gates(s, weights.bias_sum, 1, bias_gradient);
}

// Where a backward pass over a block keeps its state. Gradients of the gates and hidden states lie
// [date][sample] with steps of 0 between the dates where every date is used up before the next.
struct BackwardSpace {
  float* gates;
  std::ptrdiff_t gates_step;
  float* hidden;
  std::ptrdiff_t hidden_step;
  float* hidden_gradient;
  float* cell_gradient;
  float* squashed;  // tanh of the cell states of two dates
  float* wide;      // gradient of the series in padded channels
};

BackwardSpace backward_space(const Shape& s, bool all_dates) {
  const std::ptrdiff_t gates = std::ptrdiff_t(BLOCK) * s.gate_step(), states = std::ptrdiff_t(BLOCK) * s.width;
  const int dates = all_dates ? s.dates : 1;
  return {scratch(19, gates * dates), all_dates ? gates : 0,  scratch(8, states * dates),
          all_dates ? states : 0,     scratch(3, states),     scratch(4, states),
          scratch(9, 2 * states),     scratch(10, std::size_t(BLOCK) * padded(s.channels))};
}

// Starts a backward pass over `count` samples.
void backward_start(const Shape& s, const BackwardSpace& space, int count) {
  std::memset(space.hidden_gradient, 0, sizeof(float) * count * s.width);
  std::memset(space.cell_gradient, 0, sizeof(float) * count * s.width);
}

// One date of a block, the last one read first: from the gradient of the hidden states, which lie as
// `out` of forward_block, those of the gates, of the hidden states before and of the series (or null).
void backward_rows(const Shape& s, const BackwardWeights& weights, const BackwardSpace& space, int count,
                   int step, const float* block, const float* out_gradient, std::ptrdiff_t out_step,
                   float* series_gradient) {
  const int wide_channels = padded(s.channels);
  float* gates = space.gates + step * space.gates_step;
  float* hidden = space.hidden + step * space.hidden_step;
  float* hidden_gradient = space.hidden_gradient;
  float* cell_gradient = space.cell_gradient;
  float* tanh_now = space.squashed + step % 2 * BLOCK * s.width;
  float* tanh_before = space.squashed + (step + 1) % 2 * BLOCK * s.width;
  const std::ptrdiff_t sample_step = std::ptrdiff_t(s.dates) * s.channels;
  const float* now = block + std::size_t(step) * count * 5 * s.width;
  const float* before = now - std::size_t(count) * 5 * s.width;
  const bool newest = step == s.dates - 1;
  out_gradient += s.sequences ? step * s.units : 0;
  for (int sample = 0; sample < count; sample++) {
    float* dh = hidden_gradient + sample * s.width;
    if (newest || s.sequences) {
      const float* given = out_gradient + sample * out_step;
      for (int u = 0; u < s.units; u++) dh[u] += given[u];
    }
    float* dc = cell_gradient + sample * s.width;
    float* dz = gates + sample * s.gate_step();
    float* h = hidden + sample * s.width;
    float* tn = tanh_now + sample * s.width;
    float* tb = tanh_before + sample * s.width;
    const float* g = now + std::size_t(sample) * 5 * s.width;
    const float* p = before + std::size_t(sample) * 5 * s.width;
    for (int u = 0; u < s.width; u += LANES) {
      const Value input = load(g + u), forget = load(g + s.width + u);
      const Value candidate = load(g + 2 * s.width + u), output = load(g + 3 * s.width + u);
      const Value squash = newest ? hyperbolic(load(g + 4 * s.width + u)) : load(tn + u);
      const Value from_hidden = load(dh + u);
      const Value d = load(dc + u) + from_hidden * output * (1.0f - squash * squash);
      const Value earlier = step ? load(p + 4 * s.width + u) : Value{};
      if (step) {
        const Value squashed_before = hyperbolic(earlier);
        store(tb + u, squashed_before);
        store(h + u, load(p + 3 * s.width + u) * squashed_before);
      }
      store(dz + u, d * candidate * input * (1.0f - input));
      store(dz + s.width + u, d * earlier * forget * (1.0f - forget));
      store(dz + 2 * s.width + u, d * input * (1.0f - candidate * candidate));
      store(dz + 3 * s.width + u, from_hidden * squash * output * (1.0f - output));
      store(dc + u, d * forget);
    }
  }
  const Left from_gates = {gates, s.gate_step(), 1, s.gates()};
  for (int unit = 0; step && unit < s.width; unit += TILE) {
    product(count, &from_gates, 1, weights.to_hidden + std::size_t(unit) * s.gates(), TILE, nullptr, 0,
            hidden_gradient + unit, s.width);
  }
  if (!series_gradient) return;
  series_gradient += s.date(step) * s.channels;
  float* wide = space.wide;
  for (int channel = 0; channel < wide_channels; channel += TILE) {
    product(count, &from_gates, 1, weights.to_series + std::size_t(channel) * s.gates(), TILE, nullptr,
            0, wide + channel, wide_channels);
  }
  for (int sample = 0; sample < count; sample++) {
    std::memcpy(series_gradient + sample * sample_step, wide + sample * wide_channels,
                sizeof(float) * s.channels);
  }
}

// Adds what a block gives at one date to the gradients of the weights.
void backward_weights_sum(const Shape& s, const BackwardWeights& weights, const BackwardSpace& space,
                          int count, int step, const float* series) {
  const float* gates = space.gates + step * space.gates_step;
  const float* hidden = space.hidden + step * space.hidden_step;
  const std::ptrdiff_t sample_step = std::ptrdiff_t(s.dates) * s.channels;
  const Left from_series = {series + s.date(step) * s.channels, 1, sample_step, count};
  const Left from_hidden = {hidden, 1, s.width, count};
  for (int sample = 0; sample < count; sample++) {
    const float* dz = gates + sample * s.gate_step();
    for (int column = 0; column < s.gates(); column += LANES) {
      store(weights.bias_sum + column, load(weights.bias_sum + column) + load(dz + column));
    }
  }
  for (int column = 0; column < s.gates(); column += TILE) {
    product(s.channels, &from_series, 1, gates + column, s.gate_step(), weights.kernel_sum + column,
            s.gates(), weights.kernel_sum + column, s.gates());
    if (step) {
      product(s.units, &from_hidden, 1, gates + column, s.gate_step(), weights.recurrent_sum + column,
              s.gates(), weights.recurrent_sum + column, s.gates());
    }
  }
}

// Gradients of all samples.
void backward(const Shape& s, const float* series, const float* kernel, const float* recurrent,
              const float* kept, const float* out_gradient, float* kernel_gradient,
              float* recurrent_gradient, float* bias_gradient, float* series_gradient) {
  const BackwardWeights weights = backward_weights(s, kernel, recurrent, series_gradient);
  const std::ptrdiff_t sample_step = std::ptrdiff_t(s.dates) * s.channels;
  const std::ptrdiff_t out_step = std::ptrdiff_t(s.sequences ? s.dates : 1) * s.units;
  const BackwardSpace space = backward_space(s, false);
  for (int first = 0; first < s.samples; first += BLOCK) {
    const int count = std::min(BLOCK, s.samples - first);
    backward_start(s, space, count);
    for (int step = s.dates - 1; step >= 0; step--) {
      backward_rows(s, weights, space, count, step, kept + std::size_t(first) * s.dates * 5 * s.width,
                    out_gradient + first * out_step, out_step,
                    series_gradient ? series_gradient + first * sample_step : nullptr);
      backward_weights_sum(s, weights, space, count, step, series + first * sample_step);
    }
  }
  store_gradients(s, weights, kernel_gradient, recurrent_gradient, bias_gradient);
}

// A dense layer's weights [inputs, outputs] and its bias as last row, in columns padded to whole tiles.
const float* dense_weights(int inputs, int outputs, const float* weights, const float* bias) {
  const int wide = padded(outputs);
  float* rows = scratch(12, std::size_t(inputs + 1) * wide);
  std::memset(rows, 0, sizeof(float) * (inputs + 1) * wide);
  for (int input = 0; input < inputs; input++) {
    std::memcpy(rows + input * wide, weights + input * outputs, sizeof(float) * outputs);
  }
  std::memcpy(rows + inputs * wide, bias, sizeof(float) * outputs);
  return rows;
}

// Outputs [sample][wide] of a dense layer from inputs [sample][step].
void dense_block(int count, int inputs, int wide, const float* weights, const float* values,
                 std::ptrdiff_t step, float* out) {
  const Left by_sample = {values, step, 1, inputs};
  for (int k = 0; k < wide; k += TILE) {
    product(count, &by_sample, 1, weights + k, wide, weights + inputs * wide + k, 0, out + k, wide);
  }
}

// Outputs [sample][outputs] of a dense layer.
void dense(int samples, int inputs, int outputs, const float* values, const float* weights,
           const float* bias, float* out) {
  const int wide = padded(outputs);
  const float* rows = dense_weights(inputs, outputs, weights, bias);
  float* block = scratch(17, std::size_t(BLOCK) * wide);
  for (int first = 0; first < samples; first += BLOCK) {
    const int count = std::min(BLOCK, samples - first);
    dense_block(count, inputs, wide, rows, values + std::size_t(first) * inputs, inputs, block);
    for (int sample = 0; sample < count; sample++) {
      std::memcpy(out + std::size_t(first + sample) * outputs, block + sample * wide,
                  sizeof(float) * outputs);
    }
  }
}

// Scores of some samples to the gradient of their loss, both [sample][step]; returns the sum of the
// cross-entropies under `shares` [sample][classes]. The gradient is divided by `samples`.
double cross_entropy(int count, int classes, int step, int samples, const float* shares,
                     float* scores) {
  double loss = 0;
  for (int sample = 0; sample < count; sample++, scores += step, shares += classes) {
    const float highest = *std::max_element(scores, scores + classes);
    double powers = 0, whole = 0;
    for (int k = 0; k < classes; k++) {
      powers += std::exp(double(scores[k]) - highest);
      whole += shares[k];
    }
    const double norm = highest + std::log(powers);
    for (int k = 0; k < classes; k++) {
      if (shares[k] > 0) loss += shares[k] * (norm - scores[k]);
      scores[k] = float((whole * std::exp(scores[k] - norm) - shares[k]) / samples);
    }
  }
  return loss;
}

// Threads that do one thing together. They live as long as the thread that calls them, because a new
// one takes long to find a free core and has no memory that is in use.
class Team {
 public:
  static Team& of_this_thread() {
    thread_local Team team;
    return team;
  }

  Team() = default;
  Team(const Team&) = delete;
  ~Team() {
    call([](int) {}, true);
    for (std::thread& other : others_) other.join();
  }

  // Makes the team this large, this thread included, or as large as the system allows; its size.
  int grow(int threads) {
    try {
      while (int(others_.size()) + 1 < threads) {
        const int member = int(others_.size()) + 1;
        others_.emplace_back([this, member, seen = jobs_] { serve(member, seen); });
      }
    } catch (const std::system_error&) {
    }
    return members_ = std::min(threads, int(others_.size()) + 1);
  }

  // Runs work(member) on all members.
  void run(std::function<void(int)> work) {
    running_ = members_;
    call(std::move(work), false);
    work_(0);
    running_--;
    wait([this] { return running_ == 0; });
  }

  // Waits at full speed for a moment, because most pauses are short, then leaves the core to others.
  template <typename Condition>
  static void wait(const Condition& holds) {
    for (int turn = 0; !holds(); turn++) {
      if (turn > 20000) std::this_thread::yield();
    }
  }

 private:
  void call(std::function<void(int)> work, bool end) {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      work_ = std::move(work);
      end_ = end;
      jobs_++;
    }
    called_.notify_all();
  }

  void serve(int member, long seen) {
    for (;;) {
      {
        std::unique_lock<std::mutex> lock(mutex_);
        called_.wait(lock, [&] { return jobs_ != seen; });
        seen = jobs_;
        if (end_) return;
        if (member >= members_) continue;
      }
      work_(member);
      running_--;
    }
  }

  std::vector<std::thread> others_;
  std::mutex mutex_;
  std::condition_variable called_;
  std::function<void(int)> work_;
  long jobs_ = 0;
  bool end_ = false;
  int members_ = 1;
  std::atomic<int> running_{0};
};

// The number of the block whose turn it is to add to sums that all threads share.
struct Turn {
  alignas(64) std::atomic<int> block{0};
  template <typename Work>
  void take(int number, const Work& work) {
    Team::wait([&] { return block.load(std::memory_order_acquire) == number; });
    work();
    block.store(number + 1, std::memory_order_release);
  }
};

// Mean cross-entropy of the last hidden state behind a dense layer, and its gradient by all
// parameters: kernel, recurrent, bias, dense kernel [units, classes], dense bias. Block by block,
// so that what the gradient needs of a block is still in the cache.
//
// Several threads take the blocks in turn. A block waits for the one before only where it adds to a sum,
// a third of its work, so every sum keeps its order and the bytes do not depend on their number.
double loss_and_gradient(const Shape& s, int classes, int threads, const float* series,
                         const float* shares, const float* parameters, float* gradient) {
  const std::ptrdiff_t kernel_size = std::ptrdiff_t(4) * s.channels * s.units;
  const std::ptrdiff_t recurrent_size = std::ptrdiff_t(4) * s.units * s.units;
  const float* recurrent = parameters + kernel_size;
  const float* bias = recurrent + recurrent_size;
  const float* dense = bias + 4 * s.units;
  const float* dense_bias = dense + std::ptrdiff_t(s.units) * classes;
  const ForwardWeights forward = forward_weights(s, parameters, recurrent, bias);
  const BackwardWeights backward = backward_weights(s, parameters, recurrent, false);

  // The transpose of the dense layer [tile of units][class][TILE], and the sums of its gradient with
  // that of the bias as last row.
  const int wide = padded(classes);
  const float* weights = dense_weights(s.units, classes, dense, dense_bias);
  float* to_hidden = scratch(13, std::size_t(s.width) * classes);
  float* sums = scratch(14, std::size_t(s.units + 1) * wide);
  std::memset(sums, 0, sizeof(float) * (s.units + 1) * wide);
  std::memset(to_hidden, 0, sizeof(float) * s.width * classes);
  for (int unit = 0; unit < s.units; unit++) {
    for (int k = 0; k < classes; k++) {
      to_hidden[(unit / TILE * classes + k) * TILE + unit % TILE] = dense[unit * classes + k];
    }
  }

  double loss = 0;
  Turn dense_turn, weights_turn;
  const std::ptrdiff_t sample_step = std::ptrdiff_t(s.dates) * s.channels;
  Team& team = Team::of_this_thread();
  const int members = team.grow(std::min(threads, (s.samples + BLOCK - 1) / BLOCK));
  team.run([&](int member) {
    const BackwardSpace space = backward_space(s, members > 1);
    float* kept = scratch(15, std::size_t(BLOCK) * s.dates * 5 * s.width);
    float* hidden = scratch(16, std::size_t(BLOCK) * s.width);
    float* scores = scratch(17, std::size_t(BLOCK) * wide);
    float* hidden_gradient = scratch(18, std::size_t(BLOCK) * s.width);
    for (int block = member, first = member * BLOCK; first < s.samples;
         block += members, first += members * BLOCK) {
      const int count = std::min(BLOCK, s.samples - first);
      const float* from = series + first * sample_step;
      forward_block(s, forward, count, from, hidden, s.width, kept);
      dense_block(count, s.units, wide, weights, hidden, s.width, scores);
      dense_turn.take(block, [&] {
        loss += cross_entropy(count, classes, wide, s.samples, shares + std::ptrdiff_t(first) * classes,
                              scores);
        const Left by_unit = {hidden, 1, s.width, count};
        float* bias_sum = sums + s.units * wide;
        for (int sample = 0; sample < count; sample++) {
          for (int k = 0; k < classes; k++) bias_sum[k] += scores[sample * wide + k];
        }
        for (int k = 0; k < wide; k += TILE) {
          product(s.units, &by_unit, 1, scores + k, wide, sums + k, wide, sums + k, wide);
        }
      });
      const Left by_class = {scores, wide, 1, classes};
      for (int unit = 0; unit < s.width; unit += TILE) {
        product(count, &by_class, 1, to_hidden + unit * classes, TILE, nullptr, 0,
                hidden_gradient + unit, s.width);
      }
      backward_start(s, space, count);
      for (int step = s.dates - 1; step >= 0; step--) {
        backward_rows(s, backward, space, count, step, kept, hidden_gradient, s.width, nullptr);
        if (members == 1) backward_weights_sum(s, backward, space, count, step, from);
      }
      if (members == 1) continue;
      weights_turn.take(block, [&] {
        for (int step = s.dates - 1; step >= 0; step--) {
          backward_weights_sum(s, backward, space, count, step, from);
        }
      });
    }
  });
  float* to = gradient + kernel_size + recurrent_size;
  store_gradients(s, backward, gradient, gradient + kernel_size, to);
  to += 4 * s.units;
  for (int row = 0; row <= s.units; row++, to += classes) {
    std::memcpy(to, sums + row * wide, sizeof(float) * classes);
  }
  return loss / s.samples;
}

// ---- Node-API ----

Shape shape_of(const int32_t* n) {
  return {n[0], n[1], n[2], n[3], padded(n[3]), n[4] != 0, n[5] != 0};
}

// forward(shape, series, kernel, recurrent, bias, out, kept or null)
napi_value run_forward(napi_env env, napi_callback_info info) {
  std::size_t count = 7;
  napi_value a[7];
  napi_get_cb_info(env, info, &count, a, nullptr, nullptr);
  forward(shape_of(typed_array<int32_t>(env, a[0])), typed_array<float>(env, a[1]), typed_array<float>(env, a[2]),
          typed_array<float>(env, a[3]), typed_array<float>(env, a[4]), typed_array<float>(env, a[5]),
          typed_array<float>(env, a[6]));
  return nullptr;
}

// backward(shape, series, kernel, recurrent, kept, outGradient,
//          kernelGradient, recurrentGradient, biasGradient, seriesGradient or null)
napi_value run_backward(napi_env env, napi_callback_info info) {
  std::size_t count = 10;
  napi_value a[10];
  napi_get_cb_info(env, info, &count, a, nullptr, nullptr);
  backward(shape_of(typed_array<int32_t>(env, a[0])), typed_array<float>(env, a[1]), typed_array<float>(env, a[2]),
           typed_array<float>(env, a[3]), typed_array<float>(env, a[4]), typed_array<float>(env, a[5]),
           typed_array<float>(env, a[6]), typed_array<float>(env, a[7]), typed_array<float>(env, a[8]),
           typed_array<float>(env, a[9]));
  return nullptr;
}

// lossAndGradient(shape, classes, threads, series, shares, parameters, gradient): the loss
napi_value run_loss_and_gradient(napi_env env, napi_callback_info info) {
  std::size_t count = 7;
  napi_value a[7], result;
  napi_get_cb_info(env, info, &count, a, nullptr, nullptr);
  int32_t classes = 0, threads = 1;
  napi_get_value_int32(env, a[1], &classes);
  napi_get_value_int32(env, a[2], &threads);
  const double loss = loss_and_gradient(shape_of(typed_array<int32_t>(env, a[0])), classes, threads,
                                        typed_array<float>(env, a[3]), typed_array<float>(env, a[4]),
                                        typed_array<float>(env, a[5]), typed_array<float>(env, a[6]));
  napi_create_double(env, loss, &result);
  return result;
}

// dense([samples, inputs, outputs], values, kernel, bias, out)
napi_value run_dense(napi_env env, napi_callback_info info) {
  std::size_t count = 5;
  napi_value a[5];
  napi_get_cb_info(env, info, &count, a, nullptr, nullptr);
  const int32_t* n = typed_array<int32_t>(env, a[0]);
  dense(n[0], n[1], n[2], typed_array<float>(env, a[1]), typed_array<float>(env, a[2]), typed_array<float>(env, a[3]),
        typed_array<float>(env, a[4]));
  return nullptr;
}

// keptLength(shape): floats that `kept` needs.
napi_value kept_length(napi_env env, napi_callback_info info) {
  std::size_t count = 1;
  napi_value argument, result;
  napi_get_cb_info(env, info, &count, &argument, nullptr, nullptr);
  const Shape s = shape_of(typed_array<int32_t>(env, argument));
  napi_create_double(env, double(s.samples) * s.dates * 5 * s.width, &result);
  return result;
}

napi_value init(napi_env env, napi_value exports) {
  return export_functions(env, exports,
                          {{"forward", run_forward},
                           {"backward", run_backward},
                           {"lossAndGradient", run_loss_and_gradient},
                           {"dense", run_dense},
                           {"keptLength", kept_length}});
}

}  // namespace

NAPI_MODULE(phenocover_lstm, init)
