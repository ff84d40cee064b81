package unfold.engine.vector;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.StringJoiner;

/**
 * Writes the Java source of the innermost loops of matrix products: one method for each size of block, whose sums
 * are local variables and so stay in registers. HotSpot keeps arrays of vectors in memory, hence text, not loops; and
 * it inlines no helper after some thirty vector operations, hence the Vector API's own calls only. The rows of a
 * product's left operand lie aStride apart, the columns of an outer product's side by side, COLUMNS of them; the right
 * operand is packed in either. An outer product is told that its columns lie 1 apart, lest HotSpot, which then gives
 * each an address of its own, reads ahead more of them than registers can hold.
 */
final class BlockWriter {
  /** A block's rows and the vectors of each. */
  private record Size(int rows, int vectors) {}

  /** The most rows with 32 registers, a power of two: 8 x 3 sums, three operands and one factor fit them. */
  private static final int MOST_OF_MANY = 8;
  /** The most rows with the 16 of AVX2: 5 x 2 sums and the operands of two steps; rows are an even number of vectors there. */
  private static final int MOST_OF_FEW = 5;
  private static final Set<Size> SIZES = new LinkedHashSet<>();

  static {
    for (int rows = MOST_OF_MANY; rows > 0; rows /= 2) {
      for (int vectors = 3; vectors > 0; vectors--) {
        SIZES.add(new Size(rows, vectors));
      }
    }
    for (int rows = MOST_OF_FEW; rows > 0; rows--) {
      SIZES.add(new Size(rows, 2));
    }
  }

  private final StringBuilder text = new StringBuilder();
  private final Precision precision;

  private BlockWriter(Precision precision) {
    this.precision = precision;
  }

  /** Returns the source of the class {@code FloatBlocks} or {@code DoubleBlocks}. */
  static String source(Precision precision) {
    return new BlockWriter(precision).write();
  }

  private String write() {
    String vector = precision.prefix() + "Vector";
    line("package unfold.engine.vector;");
    line("import jdk.incubator.vector." + vector + ";");
    line("import jdk.incubator.vector.VectorSpecies;");
    line("/** Blocks of matrix products: sums of r x v vectors over k steps. */");
    line("final class " + precision.prefix() + "Blocks {");
    line("  private static final VectorSpecies<" + precision.prefix() + "> S = " + precision.prefix()
        + "Functions.SPECIES;");
    line("  private static final int L = S.length();");
    line("  private static final boolean MANY = VectorBits.registers(S.vectorBitSize()) == 32;");
    // A power of two: of other multiples HotSpot does not see that they stay within bounds.
    line("  /** Columns of an outer product's left operand that lie side by side: whole vectors. */");
    line("  static final int COLUMNS = MANY ? 16 : 32;");
    line("  /** Returns the rows of the next block, so many from the end. */");
    line("  static int rows(int left) {");
    line("    if (MANY) {");
    line("      return Math.min(" + MOST_OF_MANY + ", Integer.highestOneBit(left));");
    line("    }");
    line("    int blocks = (left + " + (MOST_OF_FEW - 1) + ") / " + MOST_OF_FEW + ";");
    line("    return (left + blocks - 1) / blocks;");
    line("  }");
    line("  /** Returns the vectors of the next block's rows, so many from the right end: 2 and 2 rather than 3 and 1. */");
    line("  static int vectors(int left) {");
    line("    return Math.min(left, MANY && left != 4 ? 3 : 2);");
    line("  }");
    for (boolean outer : new boolean[] {false, true}) {
      dispatcher(outer);
      for (Size size : SIZES) {
        block(outer, size.rows, size.vectors);
      }
    }
    line("}");
    return text.toString();
  }

  private String parameters(boolean outer) {
    String array = precision.type() + "[] ";
    return "int k, " + array + "a, int a0, int aStride, " + array + "b, int b0, " + array + "c, int c0, int cStride"
        + (outer ? "" : ", boolean add");
  }

  private static String name(boolean outer) {
    return outer ? "outer" : "multiply";
  }

  private void dispatcher(boolean outer) {
    line("  static void " + name(outer) + "(int rows, int vectors, " + parameters(outer) + ") {");
    line("    switch (4 * rows + vectors) {");
    for (Size size : SIZES) {
      line("      case " + (4 * size.rows + size.vectors) + ": " + name(outer) + size.rows + "x" + size.vectors
          + "(k, a, a0, aStride, b, b0, c, c0, cStride" + (outer ? "" : ", add") + "); break;");
    }
    line("      default: throw new AssertionError();");
    line("    }");
    line("  }");
  }

  /** Writes a block: a product takes the rows of a, an outer product its columns. */
  private void block(boolean outer, int rows, int vectors) {
    String vector = precision.prefix() + "Vector";
    line("  private static void " + name(outer) + rows + "x" + vectors + "(" + parameters(outer) + ") {");
    for (int r = 1; r < rows; r++) {
      line("    int a" + r + " = a" + (r - 1) + " + aStride;");
      line("    int c" + r + " = c" + (r - 1) + " + cStride;");
    }
    StringJoiner sums = new StringJoiner(", ", "    " + vector + " ", ";");
    each(rows, vectors, (r, v) -> sums.add("s" + r + v));
    line(sums.toString());
    String indent = outer ? "    " : "      ";
    if (!outer) {
      line("    if (add) {");
    }
    each(rows, vectors,
        (r, v) -> line(indent + "s" + r + v + " = " + vector + ".fromArray(S, c, c" + r + times(v) + ");"));
    if (!outer) {
      line("    } else {");
      line("      " + vector + " zero = " + vector + ".zero(S);");
      each(rows, vectors, (r, v) -> line("      s" + r + v + " = zero;"));
      line("    }");
    }
    // Two steps a turn halve what a turn itself costs.
    line("    int p = 0;");
    line("    for (; p < k - 1; p += 2) {");
    step(outer, rows, vectors, "p", 0);
    step(outer, rows, vectors, "(p + 1)", 1);
    line("    }");
    line("    if (p < k) {");
    step(outer, rows, vectors, "p", 0);
    line("    }");
    each(rows, vectors, (r, v) -> line("    s" + r + v + ".intoArray(c, c" + r + times(v) + ");"));
    line("  }");
  }

  /** Writes one step of a block's sums. */
  private void step(boolean outer, int rows, int vectors, String p, int turn) {
    String vector = precision.prefix() + "Vector";
    String j = "j" + turn;
    line("      int " + j + " = b0 + " + p + " * " + vectors + " * L;");
    for (int v = 0; v < vectors; v++) {
      line("      " + vector + " b" + v + turn + " = " + vector + ".fromArray(S, b, " + j + times(v) + ");");
    }
    for (int r = 0; r < rows; r++) {
      String x = "x" + r + turn;
      String at = "a" + r + " + " + p + (outer ? " * COLUMNS" : "");
      line("      " + vector + " " + x + " = " + vector + ".broadcast(S, a[" + at + "]);");
      for (int v = 0; v < vectors; v++) {
        line("      s" + r + v + " = " + x + ".fma(b" + v + turn + ", s" + r + v + ");");
      }
    }
  }

  /** Returns the summand for the v-th vector. */
  private static String times(int v) {
    return v == 0 ? "" : v == 1 ? " + L" : " + " + v + " * L";
  }

  private interface Place {
    void at(int row, int vector);
  }

  private static void each(int rows, int vectors, Place place) {
    for (int r = 0; r < rows; r++) {
      for (int v = 0; v < vectors; v++) {
        place.at(r, v);
      }
    }
  }

  private void line(String line) {
    text.append(line).append('\n');
  }
}
