// A mix of what compiled programs do, after the proportions of Dhrystone: record copies, string
// comparison, pointer chasing, procedure calls, a division, a switch, arrays of one and two
// dimensions. For `ranvier bench processor`; it needs no library and no vector unit.
//
// Sources/HostTool/Benchmarks/MixProgram.swift holds this file as compiled by clang -O2; a test
// compiles it again and compares.

typedef unsigned int word;

enum kind { FIRST, SECOND, THIRD, FOURTH, FIFTH };

struct text {
  char bytes[32];
};

struct record {
  struct record *next;
  enum kind kind;
  enum kind other;
  int value;
  struct text text;
};

// How many turns to run: set by the host before the start.
volatile word turns = 1;
// What the compiler must not know.
static volatile int opaque = 3;

static struct record records[8];
static struct record *head;
static int row[50];
static int grid[50][50];
static int global_int;
static char global_char_1, global_char_2 = 'C';
static int global_flag;

#define NOINLINE __attribute__((noinline))

// For the copies of records and texts, which are words.
void *memcpy(void *to, const void *from, word size) {
  word *t = to;
  const word *f = from;
  for (; size >= 16; size -= 16, t += 4, f += 4) {
    word a = f[0], b = f[1], c = f[2], d = f[3];
    t[0] = a, t[1] = b, t[2] = c, t[3] = d;
  }
  for (; size >= 4; size -= 4) *t++ = *f++;
  return to;
}

static NOINLINE int compare(const char *a, const char *b) {
  while (*a && *a == *b) a++, b++;
  return (unsigned char)*a - (unsigned char)*b;
}

static NOINLINE int add_plus_two(int a, int b) { return a + 2 + b; }

static NOINLINE enum kind same_letter(char a, char b) {
  if (a != b) return FIRST;
  global_char_1 = a;
  return SECOND;
}

static NOINLINE int is_third(enum kind k) { return k == THIRD; }

static NOINLINE enum kind choose(enum kind k) {
  enum kind result = is_third(k) ? k : FOURTH;
  switch (k) {
  case FIRST: result = FIRST; break;
  case SECOND: result = global_int > 100 ? FIRST : FOURTH; break;
  case THIRD: result = SECOND; break;
  case FOURTH: global_int++; break;
  case FIFTH: result = THIRD; break;
  }
  return result;
}

static NOINLINE void follow(struct record *p) {
  struct record *next = p->next;
  *next = *head;
  p->value = 5;
  next->value = p->value;
  next->next = p->next;
  if (next->kind == FIRST) {
    next->value = 6;
    next->other = choose(p->other);
    next->next = head->next;
    next->value = add_plus_two(next->value, 10);
  } else {
    *p = *p->next;
  }
}

static NOINLINE int chase(const struct record *p) {
  int sum = 0;
  for (int n = 0; p && n < 8; n++, p = p->next) sum += p->value ^ (int)p->kind;
  return sum;
}

static NOINLINE int strings_differ(const char *a, const char *b) {
  int i = 2;
  char letter = 'A';
  while (i <= 2 && same_letter(a[i], b[i + 1]) == FIRST) i++;
  if (letter >= 'W' && letter < 'Z') i = 7;
  if (letter == 'R') return 1;
  if (compare(a, b) <= 0) return 0;
  global_int = i + 7;
  return 1;
}

static NOINLINE void arrays(int line[50], int square[50][50], int a, int b) {
  int at = a + 5;
  line[at] = b;
  line[at + 1] = line[at];
  line[at + 30] = at;
  for (int i = at; i <= at + 1; i++) square[at][i] = at;
  square[at][at - 1]++;
  square[at + 20][at] = line[at];
  global_int = 5;
}

static NOINLINE word turn(word i, word sum) {
  static const struct text first = {"DHRYSTONE PROGRAM, 1'ST STRING"};
  static const struct text second = {"DHRYSTONE PROGRAM, 2'ND STRING"};
  struct text text_1 = first, text_2 = second;
  int a = opaque - 1, b = opaque, c = 0;
  global_char_1 = 'A';
  global_flag = !strings_differ(text_1.bytes, text_2.bytes);
  while (a < b) {
    c = add_plus_two(a, 5 * a - b);
    a++;
  }
  arrays(row, grid, a, c);
  follow(head);
  enum kind kind = SECOND;
  for (char letter = 'A'; letter <= global_char_2; letter++)
    if (kind == same_letter(letter, 'C')) kind = choose((enum kind)(i & 3));
  b = b * a + (int)(i & 7);
  a = b / c;
  b = 7 * (b - c) - a;
  sum ^= sum << 7;
  sum += (word)(a + b + c + global_int + chase(head) + row[8] + (int)kind + global_flag);
  return sum ^ sum >> 9;
}

__attribute__((used)) word run(word count) {
  static const struct text text = {"DHRYSTONE PROGRAM, SOME STRING"};
  for (int i = 0; i < 8; i++) {
    records[i].next = i < 7 ? &records[i + 1] : 0;
    records[i].kind = (enum kind)(i % 5);
    records[i].other = THIRD;
    records[i].value = 40 + i;
    records[i].text = text;
  }
  head = records;
  word sum = 1;
  for (word i = 0; i < count; i++) sum = turn(i, sum);
  return sum;
}

word result;
char stack[1024] __attribute__((aligned(16)));

// Writes the sum to standard output, four bytes, and ends.
__attribute__((naked, section(".text.start"))) void _start(void) {
  __asm__("la sp, stack + 1024\n"
          "lw a0, turns\n"
          "call run\n"
          "la a1, result\n"
          "sw a0, 0(a1)\n"
          "li a0, 1\n"
          "li a2, 4\n"
          "li a7, 64\n"
          "ecall\n"
          "li a0, 0\n"
          "li a7, 93\n"
          "ecall\n");
}
