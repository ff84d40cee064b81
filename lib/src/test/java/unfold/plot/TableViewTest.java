package unfold.plot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tech.tablesaw.api.BooleanColumn;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

class TableViewTest {
  private static Table table() {
    return Table.create("t", StringColumn.create("a<b", "x & y", "\"z\""),
        DoubleColumn.create("n", 0.5, Double.NaN), IntColumn.create("i", 1, 2),
        BooleanColumn.create("b", true, false));
  }

  @Test
  void escapesEverything() {
    String html = TableView.of(table()).caption("<i>").html();
    for (String text : List.of(">a&lt;b</th>", "x &amp; y", "&quot;z&quot;")) {
      assertTrue(html.contains(text), html);
    }
    assertTrue(html.contains(">&lt;i&gt;</caption>"), html);
  }

  @Test
  void numbersStandToTheRight() {
    String html = TableView.of(table()).html();
    assertTrue(html.contains("<td align=\"right\">0.5</td>"), html);
    assertTrue(html.contains("<td style=\"text-align:left\">x &amp; y</td>"), html);
    assertTrue(html.contains("<td align=\"right\"></td>"), "missing is empty: " + html);
  }

  @Test
  void aWideTableHasSmallerLetters() {
    Table wide = Table.create("t");
    for (int i = 0; i < 11; i++) {
      wide.addColumns(IntColumn.create("column " + i, new int[] {i}));
    }
    assertTrue(TableView.of(wide).html().startsWith("<table style=\"font-size"));
    assertTrue(TableView.of(table()).html().startsWith("<table><thead>"));
  }

  @Test
  void setsCellsInBold() {
    String html = TableView.of(table()).bold((row, column) -> row == 0 && column.equals("i")).html();
    assertTrue(html.contains("<b>1</b>"), html);
    assertEquals(html.indexOf("<b>"), html.lastIndexOf("<b>"));
    assertTrue(TableView.of(table()).boldRows(row -> row == 1).html().contains("<b>2</b>"));
  }

  @Test
  void formatsInEveryLocale() {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.GERMANY);
    try {
      assertTrue(TableView.of(table()).format("n", "%.3f").html().contains(">0.500<"));
      assertTrue(TableView.of(table()).html().contains(">0.5<"));
    } finally {
      Locale.setDefault(before);
    }
    assertThrows(IllegalStateException.class, () -> TableView.of(table()).format("none", "%.3f"));
  }

  @Test
  void columnsAreNamedInEitherCase() {
    assertTrue(TableView.of(table()).format("N", "%.3f").html().contains(">0.500<"));
    String html = TableView.of(table()).alignRight("A<B").html();
    assertTrue(html.contains("<th align=\"right\">a&lt;b</th>"), html);
    assertThrows(IllegalStateException.class, () -> TableView.of(table()).alignRight("none"));
  }

  @Test
  void limitsRows() {
    String html = TableView.of(table()).limit(1).html();
    assertTrue(html.contains("1 of 2 rows") && !html.contains("&quot;z&quot;"), html);
    assertFalse(TableView.of(table()).html().contains("rows"));
    assertThrows(IllegalArgumentException.class, () -> TableView.of(table()).limit(0));
  }

  @Test
  void textOfALongTableIsCut() {
    String text = TableView.of(Table.create(DoubleColumn.create("x", new double[50]))).toString();
    assertTrue(text.endsWith("20 of 50 rows\n"), text);
    assertEquals(22, text.lines().count());
  }

  @Test
  void isReadableAsText() {
    assertEquals("a<b      n  i  b\nx & y  0.5  1  true\n\"z\"         2  false\n",
        TableView.of(table()).toString());
  }

  @ParameterizedTest
  @CsvSource({"0.123456, 0.1235", "0.5, 0.5", "12, 12", "1234.5678, 1235", "12.3456, 12.35",
      "-0.00012345, -0.0001235", "0.00001, 1.000e-05", "1e12, 1.000e+12", "0, 0", "100000.5, 100001",
      "99999.96, 100000"})
  void fourDigits(double value, String text) {
    assertEquals(text, TableView.number(value));
  }

  @Test
  void numbersThatAreNone() {
    assertEquals("NaN", TableView.number(Double.NaN));
    assertEquals("Infinity", TableView.number(Double.POSITIVE_INFINITY));
  }
}
