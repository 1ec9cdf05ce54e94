# Vector types, memory forms, and the vector pseudo-instructions.
  .globl _start
_start:
  vsetvli a0, a1, e16, m1, ta, ma      # = 0c85f557
  vsetvli a0, zero, e8, mf4, tu, mu
  vsetvli t0, x0, e32, m8, ta, mu
  vsetvli t0, x0, e32
  vsetvli t0, x0, e32, m2
  vsetvli t0, x0, e32, ta, ma
  vsetvli a0, a1, e16, m1, ta
  vsetvli a0, a1, e16, m1, ma
  vsetvli a0, a1, e16, mf2, ma
  vsetvli a0, a1, ta, ma
  vsetivli a0, 5, m4
  vsetvli t0, x0, 8
  vsetivli a0, 31, e16, m2, tu, ma
  vsetvl a0, a1, a2
  vle8.v v1, (a0)
  vle16.v v1, 0(a0), v0.t
  vse32.v v31, (a0), v0.t
  vlse16.v v1, (a0), a1
  vluxei16.v v4, (a0), v8, v0.t
  vsoxei8.v v4, (a0), v8
  vlm.v v0, (a0)
  vle1.v v0, (a0)
  vse1.v v0, (a0)
  vl1r.v v1, (a0)
  vl4re16.v v4, (a0)
  vs8r.v v8, (a0)
  vadd.vv v1, v2, v3
  vadd.vx v1, v2, a0, v0.t
  vadd.vi v1, v2, -16
  vrsub.vi v1, v2, 15
  vsll.vi v1, v2, 31
  vmerge.vvm v1, v2, v3, v0
  vmerge.vim v1, v2, -1, v0
  vmv.v.i v1, 7
  vmv.v.x v1, a0
  vmv.x.s a0, v1
  vmv.s.x v1, a0
  vmv2r.v v2, v4
  vcpop.m a0, v1, v0.t
  vid.v v3
  viota.m v4, v5
  vslideup.vi v1, v2, 31
  vslide1down.vx v1, v2, a0
  vrgatherei16.vv v1, v2, v3
  vcompress.vm v1, v2, v3
  vredsum.vs v1, v2, v3
  vwmacc.vx v2, a0, v4
  vnclip.wi v1, v2, 3
  vzext.vf2 v1, v2
  vneg.v v1, v2
  vneg.v v1, v2, v0.t
  vnot.v v1, v2
  vnot.v v1, v2, v0.t
  vwcvt.x.x.v v2, v4
  vwcvtu.x.x.v v2, v4, v0.t
  vncvt.x.x.w v2, v4
  vncvt.x.x.w v2, v4, v0.t
  vmmv.m v1, v2
  vmnot.m v1, v2
  vmclr.m v1
  vmset.m v1
  vmandnot.mm v1, v2, v3
  vmornot.mm v1, v2, v3
  vpopc.m a0, v2
  vmsgt.vv v1, v2, v3
  vmsgtu.vv v1, v2, v3, v0.t
  vmsge.vv v1, v2, v3
  vmsgeu.vv v1, v2, v3, v0.t
  vmslt.vi v1, v2, 16
  vmslt.vi v1, v2, -15, v0.t
  vmsltu.vi v1, v2, 5
  vmsltu.vi v1, v2, 0
  vmsltu.vi v1, v2, 0, v0.t
  vmsge.vi v1, v2, 16
  vmsgeu.vi v1, v2, 1
  vmsgeu.vi v1, v2, 0, v0.t
  vmsge.vx v1, v2, a0
  vmsge.vx v0, v2, a0
  vmsge.vx v1, v2, a0, v0.t
  vmsge.vx v0, v2, a0, v0.t, v3
  vmsge.vx v1, v2, a0, v0.t, v3
  vmsgeu.vx v1, v2, a0
  vmsgeu.vx v1, v2, a0, v0.t
  vmsgeu.vx v0, v2, a0, v0.t, v3
  vmsgeu.vx v1, v2, a0, v0.t, v3
  csrr a0, vlenb
  csrw vxrm, a0
  csrr a1, vl
