package unfold.plot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class PaletteTest {
  /** Relative luminance as the Web Content Accessibility Guidelines define it. */
  private static double luminance(String color) {
    double[] weights = {0.2126, 0.7152, 0.0722};
    double luminance = 0;
    for (int i = 0; i < 3; i++) {
      double c = Integer.parseInt(color.substring(1 + 2 * i, 3 + 2 * i), 16) / 255.0;
      luminance += weights[i] * (c <= 0.04045 ? c / 12.92 : Math.pow((c + 0.055) / 1.055, 2.4));
    }
    return luminance;
  }

  @Test
  void seriesDifferAndStandOutOnWhite() {
    assertEquals(Palette.series().size(), new HashSet<>(Palette.series()).size());
    for (String color : Palette.series()) {
      assertTrue(1.05 / (luminance(color) + 0.05) >= 2, color);
    }
    assertEquals(Palette.series(0), Palette.series(Palette.series().size()), "repeats");
    assertEquals(Palette.dash(1), Palette.dash(5));
  }

  @Test
  void scalesRunFromEndToEnd() {
    List<List<List<Object>>> scales =
        List.of(Palette.diverging(), Palette.sequential(), Palette.fading(Palette.RED));
    for (List<List<Object>> scale : scales) {
      assertEquals(0, scale.get(0).get(0));
      assertEquals(1, scale.get(scale.size() - 1).get(0));
    }
    double before = 2;
    for (List<Object> stop : Palette.sequential()) {
      double luminance = luminance((String) stop.get(1));
      assertTrue(luminance < before, "darker and darker: " + stop);
      before = luminance;
    }
  }

  @Test
  void fades() {
    assertEquals("rgba(209,36,47,0.5)", Palette.fade(Palette.RED, 0.5));
    assertThrows(IllegalArgumentException.class, () -> Palette.fade("red", 0.5));
  }
}
