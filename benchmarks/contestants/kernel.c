/* The yardstick: the bench scheme settled by hand, from decoded columns to rows of results.

   It knows this scheme only: 30 items fit one 64-bit mask, a cell stays below 2^31 hundredths, a fact matches at most
   two items, twelve months of one year. Facts are priced where they are decoded and laid out by part (1024 consecutive
   subjects), so that a part's sums stay in the cache of the core that adds them up, whatever the order of the facts. */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { MONTHS = 12, ITEMS = 30, MATCHES = 2, PART = 1024, CATEGORIES_MOST = 8, SPANS = 3, NAMES = 4 };
enum { CONSTANT, RATE, STEPS };

typedef struct {
    int32_t cell, points; /* (subject in part × MONTHS + month) × ITEMS + item */
} Hit;

typedef struct {
    Hit *at;
    int64_t used, room;
} Bucket;

typedef struct {
    int64_t low, high;
} Bounds;

/* Same fields, same order, in c_kernel.py. */
typedef struct {
    const int32_t *first, *last; /* [subject] scored days */
    const int32_t *edges;        /* [13] first days of the months, and of the next year */
    const int8_t *item, *way;    /* [combination, match] */
    const int64_t *amount, *per; /* [combination, match] */
    const Bounds *item_limits, *category_limits, *total_limits; /* [node, span] */
    const int64_t *category, *base;                             /* [item], [category] */
    int64_t categories, no_total;
} Rules;

typedef struct {
    const int32_t *codes;  /* numbers in the column's own dictionary */
    const uint8_t *valid;  /* bits, or NULL where all are valid */
    const int32_t *shares; /* [own number] what it adds to the combination; the last one stands for a missing value */
    int64_t offset, missing;
} Named;

Bucket *buckets_new(int64_t parts) { return calloc(parts, sizeof(Bucket)); }

void buckets_free(Bucket *buckets, int64_t parts) {
    for (int64_t p = 0; p < parts; p++) free(buckets[p].at);
    free(buckets);
}

int64_t used(const Bucket *buckets, int64_t part) { return buckets[part].used; }

static int put(Bucket *bucket, int32_t cell, int64_t points) {
    if (bucket->used == bucket->room) {
        int64_t room = bucket->room ? 2 * bucket->room : 1024;
        Hit *at = realloc(bucket->at, room * sizeof(Hit));
        if (!at) return -1;
        bucket->at = at, bucket->room = room;
    }
    bucket->at[bucket->used++] = (Hit){cell, (int32_t)points};
    return 0;
}

static int64_t priced(const Rules *rules, int64_t place, int64_t quantity) {
    int64_t amount = rules->amount[place], per = rules->per[place];
    if (rules->way[place] == CONSTANT) return amount;
    if (rules->way[place] == STEPS) return quantity / per * amount;
    int64_t rounded = (2 * quantity * llabs(amount) + per) / (2 * per);
    return amount < 0 ? -rounded : rounded;
}

static int32_t share(const Named *named, int64_t n) {
    int64_t bit = n + named->offset;
    if (named->valid && !(named->valid[bit >> 3] >> (bit & 7) & 1)) return named->shares[named->missing];
    return named->shares[named->codes[n]];
}

/* Price the facts of one row group into the thread's own buckets; -1 when memory is out. */
int add_facts(const Rules *rules, Bucket *buckets, int64_t facts, const int32_t *subject, const int32_t *day,
              const int64_t *quantity, const Named *names) {
    int8_t month_of[366];
    for (int m = 0; m < MONTHS; m++)
        for (int32_t d = rules->edges[m]; d < rules->edges[m + 1]; d++) month_of[d - rules->edges[0]] = m;
    for (int64_t n = 0; n < facts; n++) {
        int32_t s = subject[n], d = day[n];
        if (d < rules->first[s] || d > rules->last[s]) continue;
        int64_t combination = 0;
        for (int k = 0; k < NAMES; k++) combination += share(&names[k], n);
        int32_t cell = (s % PART * MONTHS + month_of[d - rules->edges[0]]) * ITEMS;
        for (int64_t place = combination * MATCHES; place < (combination + 1) * MATCHES; place++) {
            if (rules->item[place] < 0) break;
            if (put(&buckets[s / PART], cell + rules->item[place], priced(rules, place, quantity[n]))) return -1;
        }
    }
    return 0;
}

static int64_t clamp(int64_t value, Bounds b) { return value < b.low ? b.low : value > b.high ? b.high : value; }

/* One month's value through a node's limits; `running` holds the node's sums over quarter and year. */
static int64_t limited(int64_t value, const Bounds *limits, int64_t *running, int month) {
    value = clamp(value, limits[0]);
    for (int span = 1; span < SPANS; span++) {
        if (month % (span == 1 ? 3 : 12) == 0) running[span] = 0;
        int64_t before = clamp(running[span], limits[span]);
        running[span] += value;
        value = clamp(running[span], limits[span]) - before;
    }
    return value;
}

typedef struct {
    int32_t *subject, *month;
    int8_t *item;
    int64_t *counted;
} Rows;

/* Settle subjects low … high − 1 of one part; rows of items go out, totals [subject, month] are filled in.
   `sums` [PART, MONTHS, ITEMS] and `touched` [PART, MONTHS] are the thread's own. Gives the number of rows. */
int64_t settle_part(const Rules *rules, Bucket **buckets, int64_t threads, int64_t part, int64_t low, int64_t high,
                    int32_t january, int32_t *sums, uint64_t *touched, Rows out, int64_t *totals) {
    memset(sums, 0, sizeof(int32_t) * PART * MONTHS * ITEMS);
    memset(touched, 0, sizeof(uint64_t) * PART * MONTHS);
    for (int64_t t = 0; t < threads; t++) {
        Bucket *from = &buckets[t][part];
        for (int64_t n = 0; n < from->used; n++) {
            sums[from->at[n].cell] += from->at[n].points;
            touched[from->at[n].cell / ITEMS] |= 1ull << from->at[n].cell % ITEMS;
        }
        free(from->at);
        from->at = NULL, from->room = from->used = 0;
    }
    int64_t rows = 0;
    for (int64_t s = low; s < high; s++) {
        int64_t items[ITEMS][SPANS] = {{0}}, categories[CATEGORIES_MOST][SPANS] = {{0}}, whole[SPANS] = {0};
        for (int m = 0; m < MONTHS; m++) {
            int64_t begin = rules->edges[m], end = rules->edges[m + 1] - 1, given[CATEGORIES_MOST], total = 0;
            int64_t scored = (rules->last[s] < end ? rules->last[s] : end)
                             - (rules->first[s] > begin ? rules->first[s] : begin) + 1;
            if (scored <= 0) {
                totals[s * MONTHS + m] = rules->no_total;
                continue;
            }
            int64_t length = end - begin + 1;
            for (int c = 0; c < rules->categories; c++)
                given[c] = (2 * rules->base[c] * scored + length) / (2 * length);
            uint64_t mask = touched[(s - low) * MONTHS + m];
            const int32_t *cells = &sums[((s - low) * MONTHS + m) * ITEMS];
            for (int i = 0; i < ITEMS; i++) {
                if (!(mask >> i & 1)) { /* nothing moves, but a new quarter or year starts */
                    limited(0, &rules->item_limits[i * SPANS], items[i], m);
                    continue;
                }
                int64_t counted = limited(cells[i], &rules->item_limits[i * SPANS], items[i], m);
                given[rules->category[i]] += counted;
                out.subject[rows] = s, out.month[rows] = january + m, out.item[rows] = i, out.counted[rows] = counted;
                rows++;
            }
            for (int c = 0; c < rules->categories; c++)
                total += limited(given[c], &rules->category_limits[c * SPANS], categories[c], m);
            totals[s * MONTHS + m] = limited(total, rules->total_limits, whole, m);
        }
    }
    return rows;
}
