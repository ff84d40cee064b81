package unfold.engine.vector;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import unfold.Check;
import unfold.cell.Cell;
import unfold.engine.Architecture;
import unfold.engine.Engine;
import unfold.engine.Program;

/**
 * Runs networks on the CPU's vector units by programs generated from their cells' equations.
 *
 * <p>The same parameters and batches give the same bits on any number of threads, any vector width and any JDK from 17.
 *
 * <p>On the way back through time, derivatives by states below 2^-100 (in double precision 2^-900) count as zero: where
 * gradients vanish, subnormal numbers would make every step many times slower.
 *
 * <p>Speed depends on HotSpot's options {@code -XX:PerMethodTrapLimit=10000 -XX:PerMethodRecompilationCutoff=10000}, which
 * {@code ./lab} sets: without them JDK 17 may make an object of every vector for as long as the process lives.
 */
public final class VectorEngine implements Engine {
  /** The variable that says how many threads a program may use; all processors unless it is set. */
  public static final String THREADS = "UNFOLD_THREADS";
  /** The system property that says so where the variable is not set. */
  public static final String THREADS_PROPERTY = "unfold.threads";

  private final Precision precision;
  private final int threads;

  /**
   * Makes an engine.
   *
   * @param precision what its programs compute in
   * @param threads how many threads a program may use, at least 1; changes no number
   */
  public VectorEngine(Precision precision, int threads) {
    this.precision = precision;
    this.threads = Check.atLeast("the number of threads", threads, 1);
  }

  /** Returns an engine in single precision on all threads that {@link #THREADS} allows. */
  public static VectorEngine inFloat() {
    return new VectorEngine(Precision.FLOAT, defaultThreads());
  }

  /** Returns an engine in double precision on all threads that {@link #THREADS} allows. */
  public static VectorEngine inDouble() {
    return new VectorEngine(Precision.DOUBLE, defaultThreads());
  }

  /**
   * Begins to make what all single-precision programs share ready, in the background: done while a reader still
   * reads, the first network need not wait for it. Where the engine can't run it does nothing.
   */
  public static void prepare() {
    if (SourceCompiler.unavailable().isPresent()) {
      return;
    }
    Thread thread = new Thread(() -> {
      Kernels.of(Precision.FLOAT).warmUp();
      WarmUp.sample(Precision.FLOAT);
    }, "unfold-prepare");
    thread.setDaemon(true);
    thread.setPriority(Thread.MIN_PRIORITY);
    thread.start();
  }

  private static int defaultThreads() {
    String variable = System.getenv(THREADS);
    String text = variable == null || variable.isBlank() ? System.getProperty(THREADS_PROPERTY) : variable;
    if (text == null) {
      return Runtime.getRuntime().availableProcessors();
    }
    try {
      return Check.atLeast(THREADS, Integer.parseInt(text.strip()), 1);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(THREADS + " must be a whole number, but was '" + text + "'");
    }
  }

  @Override
  public String name() {
    return "vector " + precision.type() + " on cpu";
  }

  @Override
  public int threads() {
    return threads;
  }

  @Override
  public Engine oneThreaded() {
    return new VectorEngine(precision, 1);
  }

  @Override
  public Program compile(Architecture architecture) {
    Kernels kernels = Kernels.of(precision);
    Map<Cell, CellProgram> known = new HashMap<>();
    List<CellProgram> cells = new ArrayList<>();
    for (Architecture.Layer layer : architecture.layers()) {
      cells.add(known.computeIfAbsent(layer.cell(), cell -> CellProgram.compile(cell, precision)));
    }
    return new VectorProgram(architecture, kernels, precision, cells, threads);
  }
}
