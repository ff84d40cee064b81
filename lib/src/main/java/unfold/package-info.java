/** Unfold: recurrent cells defined by their equations, and what four papers say of them. */
package unfold;
