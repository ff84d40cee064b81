package unfold.net;

import java.util.random.RandomGenerator;
import org.hipparchus.linear.MatrixUtils;
import org.hipparchus.linear.QRDecomposition;
import org.hipparchus.linear.RealMatrix;
import unfold.Check;
import unfold.engine.Architecture;
import unfold.engine.Architecture.Block;

/**
 * Sets one matrix or vector of a network to its first numbers. {@link Initializers} has those of the papers.
 */
@FunctionalInterface
public interface Initializer {

  /** Writes the block's numbers into theta. */
  void fill(Block block, Architecture architecture, double[] theta, RandomGenerator random);

  /** Sets all numbers to one value. */
  static Initializer constant(double value) {
    return each((block, architecture, random) -> value);
  }

  /** Draws uniformly from [-limit, limit). */
  static Initializer uniform(double limit) {
    Check.positive("limit", limit);
    return each((block, architecture, random) -> limit * (2 * random.nextDouble() - 1));
  }

  /**
   * Draws from a normal distribution about 0; a negative standard deviation turns the signs of what is drawn.
   */
  static Initializer normal(double standardDeviation) {
    Check.finite("the standard deviation", standardDeviation);
    return each((block, architecture, random) -> standardDeviation * random.nextGaussian());
  }

  /** Draws from a normal distribution of standard deviation scale / sqrt(columns). */
  static Initializer normalByFanIn(double scale) {
    return each((block, architecture, random) -> scale * random.nextGaussian() / Math.sqrt(block.columns()));
  }

  /** Draws uniformly from +-1 / sqrt(columns). */
  static Initializer uniformByFanIn() {
    return each((block, architecture, random) -> (2 * random.nextDouble() - 1) / Math.sqrt(block.columns()));
  }

  /**
   * Draws uniformly from +-1 / sqrt(n), n being the units of the block's layer; of the top layer for the
   * readout.
   */
  static Initializer uniformByUnits() {
    return each((block, architecture, random) ->
        (2 * random.nextDouble() - 1) / Math.sqrt(units(block, architecture)));
  }

  /** Sets scale times the identity, zero beyond the square. */
  static Initializer identity(double scale) {
    return (block, architecture, theta, random) -> {
      for (int i = 0; i < block.rows(); i++) {
        for (int j = 0; j < block.columns(); j++) {
          theta[block.offset() + i * block.columns() + j] = i == j ? scale : 0;
        }
      }
    };
  }

  /** Draws a matrix with orthonormal rows or columns, uniform among all such, times a gain. */
  static Initializer orthogonal(double gain) {
    return (block, architecture, theta, random) -> {
      int rows = block.rows();
      int columns = block.columns();
      boolean tall = rows >= columns;
      RealMatrix normal = MatrixUtils.createRealMatrix(tall ? rows : columns, tall ? columns : rows);
      for (int i = 0; i < normal.getRowDimension(); i++) {
        for (int j = 0; j < normal.getColumnDimension(); j++) {
          normal.setEntry(i, j, random.nextGaussian());
        }
      }
      QRDecomposition qr = new QRDecomposition(normal);
      RealMatrix q = qr.getQ();
      for (int i = 0; i < rows; i++) {
        for (int j = 0; j < columns; j++) {
          int column = tall ? j : i;
          // The sign of R's diagonal is the decomposition's choice: undone, Q is uniform (Mezzadri 2007).
          double sign = Math.signum(qr.getR().getEntry(column, column));
          theta[block.offset() + i * columns + j] = gain * sign * (tall ? q.getEntry(i, j) : q.getEntry(j, i));
        }
      }
    };
  }

  /** Returns this, but another for blocks of a kind. */
  default Initializer but(Architecture.Kind kind, Initializer other) {
    return (block, architecture, theta, random) ->
        (block.kind() == kind ? other : this).fill(block, architecture, theta, random);
  }

  /** One number of a block. */
  @FunctionalInterface
  interface Element {
    /** Returns the next number. */
    double draw(Block block, Architecture architecture, RandomGenerator random);
  }

  /** Draws number by number. */
  static Initializer each(Element element) {
    return (block, architecture, theta, random) -> {
      for (int i = 0; i < block.size(); i++) {
        theta[block.offset() + i] = element.draw(block, architecture, random);
      }
    };
  }

  private static int units(Block block, Architecture architecture) {
    int last = architecture.layers().size() - 1;
    return architecture.layers().get(Math.max(0, Math.min(block.layer(), last))).units();
  }
}
