/* MKL asks this before it takes its AVX-512 kernels; on processors of other makers the answer is no, and matrix products run at
 * half the speed that the hardware has. Preloaded by bench/engine/processes.ts for PyTorch's "+avx512" variants. */
int mkl_serv_intel_cpu_true(void) { return 1; }
