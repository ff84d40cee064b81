package unfold.plot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class PaletteTest {
  private static double[] linear(String color) {
    double[] rgb = new double[3];
    for (int i = 0; i < 3; i++) {
      double c = Integer.parseInt(color.substring(1 + 2 * i, 3 + 2 * i), 16) / 255.0;
      rgb[i] = c <= 0.04045 ? c / 12.92 : Math.pow((c + 0.055) / 1.055, 2.4);
    }
    return rgb;
  }

  /** Relative luminance as the Web Content Accessibility Guidelines define it. */
  private static double luminance(String color) {
    double[] rgb = linear(color);
    return 0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2];
  }

  @Test
  void seriesDifferAndStandOutOnWhite() {
    assertEquals(Palette.series().size(), new HashSet<>(Palette.series()).size());
    for (String color : Palette.series()) {
      assertTrue(1.05 / (luminance(color) + 0.05) >= 2, color);
    }
    assertEquals(Palette.series(0), Palette.series(Palette.series().size()), "repeats");
    assertEquals(Palette.dash(1), Palette.dash(5));
    assertEquals(Palette.symbol(1), Palette.symbol(7));
  }

  /** Machado, Oliveira and Fernandes (2009): how eyes see that lack one kind of cones, in linear RGB. */
  private static final double[][][] EYES = {
      {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
      {{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216}, {-0.003882, -0.048116, 1.051998}},
      {{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413}, {-0.011820, 0.042940, 0.968881}},
      {{1.255528, -0.076749, -0.178779}, {-0.078411, 0.930809, 0.147602}, {0.004733, 0.691367, 0.303900}}};
  private static final double[][] XYZ =
      {{0.4339, 0.3762, 0.1899}, {0.2126, 0.7152, 0.0722}, {0.0177, 0.1095, 0.8729}};

  /** The colour in CIELAB, as eyes see it that mix red, green and blue by a matrix. */
  private static double[] lab(String color, double[][] eye) {
    double[] rgb = linear(color);
    double[] f = new double[3];
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < 3; j++) {
        double seen = eye[j][0] * rgb[0] + eye[j][1] * rgb[1] + eye[j][2] * rgb[2];
        f[i] += XYZ[i][j] * Math.max(0, Math.min(1, seen));
      }
      f[i] = f[i] > 0.008856 ? Math.cbrt(f[i]) : 7.787 * f[i] + 16.0 / 116;
    }
    return new double[] {116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])};
  }

  @Test
  void seriesDifferToEyesWithoutOneKindOfCones() {
    for (double[][] eye : EYES) {
      for (int i = 0; i < Palette.series().size(); i++) {
        for (int j = 0; j < i; j++) {
          double[] a = lab(Palette.series(i), eye);
          double[] b = lab(Palette.series(j), eye);
          double distance = Math.hypot(Math.hypot(a[0] - b[0], a[1] - b[1]), a[2] - b[2]);
          assertTrue(distance > 15, Palette.series(i) + " and " + Palette.series(j) + ": " + distance);
        }
      }
    }
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
