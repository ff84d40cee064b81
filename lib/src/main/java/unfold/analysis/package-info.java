/**
 * What is asked of networks once they run: distributions of states, principal components, eigenvalues, slow
 * points, autocorrelation times, exact tests, constructions from the papers' proofs. All results are records
 * with the evidence; networks are never changed.
 */
package unfold.analysis;
