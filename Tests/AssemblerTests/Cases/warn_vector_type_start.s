# The very first type, set in a way that keeps the length of none.
_start:
  vsetvli zero, zero, e8, m1, ta, ma # warning@3: with x0, x0 an illegal type stays illegal, and none was set before [vector-type]
  vadd.vv v1, v2, v3
1:
  j 1b
