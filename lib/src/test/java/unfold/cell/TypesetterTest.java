package unfold.cell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import unfold.Seed;

/** LaTeX of any cell can be set: braces and brackets pair, one line an equation. */
class TypesetterTest {

  @Test
  void bracesAndBracketsPair() {
    Stream<Cell> random = IntStream.rangeClosed(1, 300).mapToObj(seed -> RandomCells.any(Seed.of(seed)));
    Stream.concat(Catalogue.cells(), random).forEach(cell -> {
      String latex = cell.latex();
      int braces = 0;
      int brackets = 0;
      for (int i = 0; i < latex.length(); i++) {
        braces += latex.charAt(i) == '{' ? 1 : latex.charAt(i) == '}' ? -1 : 0;
        brackets += latex.startsWith("\\left", i) ? 1 : latex.startsWith("\\right", i) ? -1 : 0;
        assertTrue(braces >= 0 && brackets >= 0, cell + ": " + latex.substring(0, i + 1));
      }
      assertEquals(0, braces, latex);
      assertEquals(0, brackets, latex);
      assertEquals(cell.equations().size(), latex.split("&=", -1).length - 1, latex);
      assertEquals(cell.equations().size(), cell.text().lines().count());
    });
  }

  @Test
  void bracketsStandWhereTheyAreNeeded() {
    Cell cell = Cell.define("brackets", (eq, x, h) -> {
      Expr a = eq.let("a", eq.affine("a", h, x));
      Expr b = eq.let("b", h.minus(a.minus(h)).times(a.plus(h)));
      return eq.next(h, b.complement().complement().times(a).minus(a.times(b).times(h)));
    });
    assertEquals("a = W_ah h' + W_ax x + b_a\n"
        + "b = (h' - (a - h')) * (a + h')\n"
        + "h = (1 - (1 - b)) * a - a * b * h'", cell.text());
  }
}
