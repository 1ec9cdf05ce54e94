# Register groups on which the processor traps, where the type is known, and where every type does.
  .globl _start
_start:
  vsetvli t0, a0, e16, m2, ta, ma
  vadd.vv v8, v10, v12
  vadd.vv v8, v11, v12              # warning@3: v11 cannot begin a group of 2 registers, which begins at a multiple of 2 (e16, m2) [vector-groups]
  vwadd.vv v8, v10, v12             # in the highest part it may
  vwadd.vv v8, v8, v12              # warning@3: the destination v8-v11 overlaps the source v8-v9 in a way that is reserved (e16, m2) [vector-groups]
  vwadd.vv v10, v12, v14            # warning@3: v10 cannot begin a group of 4 registers, which begins at a multiple of 4 (e16, m2) [vector-groups]
  vwadd.vv v8, v12, v14, v0.t
  vwadd.vv v0, v12, v14, v0.t # allow: vector-groups
  vnsrl.wi v8, v8, 1
  vnsrl.wi v10, v8, 1               # warning@3: the destination v10-v11 overlaps the source v8-v11 in a way that is reserved (e16, m2) [vector-groups]
  vmseq.vv v8, v8, v10
  vmseq.vv v9, v8, v10              # warning@3: the destination v9 overlaps the source v8-v9 in a way that is reserved (e16, m2) [vector-groups]
  vredsum.vs v0, v8, v9, v0.t
  vle32.v v10, (a0)                 # warning@3: v10 cannot begin a group of 4 registers, which begins at a multiple of 4 (e16, m2) [vector-groups]
  vle8.v v9, (a0)
  vsext.vf2 v8, v9
  vsext.vf4 v8, v12                 # warning@3: there are no elements that narrow (e16, m2) [vector-groups]
  vrgather.vv v8, v8, v10           # warning@3: the destination v8-v9 overlaps the source v8-v9 in a way that is reserved (e16, m2) [vector-groups]
  vsetvli zero, zero, e32, m4, ta, ma
  vwmul.vv v8, v16, v20             # warning@3: there are no elements twice as wide as 32 bits (e32, m4) [vector-groups]
  vsetvli t0, a0, e8, m8, ta, ma
  vle16.v v8, (a0)                  # warning@3: a group of this instruction would have more than 8 registers, or less than an eighth of one (e8, m8) [vector-groups]
  vrgatherei16.vv v8, v16, v24      # warning@3: a group of this instruction would have more than 8 registers, or less than an eighth of one (e8, m8) [vector-groups]
  beqz a0, 1f
  vsetvli t0, a0, e8, m1, ta, ma
1:                                  # one type or the other
  vadd.vv v9, v10, v11
  vsext.vf2 v8, v12                 # not with e8
  vslideup.vi v8, v8, 1             # warning@3: the destination v8 overlaps the source v8 in a way that is reserved (with every type) [vector-groups]
  vslide1up.vx v8, v8, a0           # warning@3: the destination v8 overlaps the source v8 in a way that is reserved (with every type) [vector-groups]
  vcompress.vm v8, v8, v0           # warning@3: the destination v8 overlaps the source v8 in a way that is reserved (with every type) [vector-groups]
  vadd.vv v0, v8, v16, v0.t         # warning@3: the mask v0 is written by an instruction that it masks (with every type) [vector-groups]
  viota.m v8, v8                    # warning@3: the destination v8 overlaps the source v8 in a way that is reserved (with every type) [vector-groups]
  vslidedown.vi v8, v8, 1
  vmseq.vv v0, v8, v16, v0.t
  vse8.v v0, (a0), v0.t
  vmv2r.v v8, v10
2:
  j 2b
