#include "scn_ami.h"

#include <stdlib.h>
#include <string.h>

#define GIB (INT64_C(1) << 30)

#define LISTS_END 202006 /* epoch up to which the lists below are complete */

#define V(minor, patch) (1000000u + (minor)*1000u + (patch))

/* ---- agent versions by release ---- */

struct release {
    int32_t date; /* YYYYMMDD */
    uint32_t version;
};

/* Amazon Linux 2, its arm64 and GPU variants and Amazon Linux from 2018.03.20191014 on share their
 * releases within days; where a variant's date differs the version is that of its neighbour. */
static const struct release linux_releases[] = {
    {20181016, V(20, 3)}, {20181017, V(21, 0)}, {20181112, V(22, 0)}, {20190107, V(24, 0)},
    {20190118, V(25, 0)}, {20190127, V(25, 1)}, {20190204, V(25, 2)}, {20190215, V(25, 3)},
    {20190301, V(26, 0)}, {20190402, V(27, 0)}, {20190510, V(28, 0)}, {20190603, V(28, 1)},
    {20190607, V(29, 0)}, {20190709, V(29, 1)}, {20190815, V(30, 0)}, {20190913, V(31, 0)},
    {20190925, V(32, 0)}, {20191031, V(32, 1)}, {20191114, V(33, 0)}, {20191212, V(35, 0)},
    {20200108, V(36, 0)}, {20200115, V(36, 1)}, {20200205, V(36, 2)}, {20200218, V(37, 0)},
    {20200319, V(38, 0)}, {20200402, V(39, 0)}, {20200603, V(40, 0)},
};
#define LINUX_RELEASES (sizeof linux_releases / sizeof linux_releases[0])

static const struct release windows_releases[] = {
    {20190307, V(26, 0)}, {20190510, V(27, 0)}, {20190719, V(29, 0)}, {20190816, V(29, 1)},
    {20190911, V(30, 0)}, {20191009, V(32, 0)}, {20191113, V(32, 1)}, {20191125, V(34, 0)},
    {20200115, V(35, 0)}, {20200514, V(39, 0)},
};
#define WINDOWS_RELEASES (sizeof windows_releases / sizeof windows_releases[0])

/* Amazon Linux before it was dated: the first release of each agent, in order. */
static const struct {
    const char *release;
    uint32_t version;
} lettered[] = {
    {"2015.03.a", V(0, 0)},  {"2015.03.b", V(1, 0)},  {"2015.03.c", V(2, 0)},
    {"2015.03.d", V(2, 1)},  {"2015.03.e", V(3, 1)},  {"2015.03.f", V(4, 0)},
    {"2015.09.a", V(5, 0)},  {"2015.09.b", V(6, 0)},  {"2015.09.c", V(7, 0)},
    {"2015.09.d", V(7, 1)},  {"2015.09.f", V(8, 0)},  {"2015.09.g", V(8, 1)},
    {"2016.03.a", V(8, 2)},  {"2016.03.b", V(9, 0)},  {"2016.03.c", V(10, 0)},
    {"2016.03.e", V(11, 0)}, {"2016.03.f", V(11, 1)}, {"2016.03.g", V(12, 0)},
    {"2016.03.h", V(12, 1)}, {"2016.03.i", V(12, 2)}, {"2016.03.j", V(13, 0)},
    {"2016.09.b", V(13, 1)}, {"2016.09.e", V(14, 0)}, {"2016.09.g", V(14, 1)},
    {"2017.03.b", V(14, 3)}, {"2017.03.f", V(14, 4)}, {"2017.03.g", V(14, 5)},
    {"2017.09.a", V(15, 0)}, {"2017.09.b", V(15, 1)}, {"2017.09.c", V(15, 2)},
    {"2017.09.d", V(16, 0)}, {"2017.09.e", V(16, 1)}, {"2017.09.g", V(16, 2)},
    {"2017.09.h", V(17, 0)}, {"2017.09.i", V(17, 1)}, {"2017.09.j", V(17, 2)},
    {"2017.09.l", V(17, 3)}, {"2018.03.a", V(18, 0)}, {"2018.03.b", V(19, 0)},
    {"2018.03.c", V(19, 1)}, {"2018.03.d", V(20, 0)}, {"2018.03.e", V(20, 1)},
    {"2018.03.f", V(20, 2)}, {"2018.03.g", V(20, 3)}, {"2018.03.h", V(21, 0)},
    {"2018.03.i", V(22, 0)}, {"2018.03.j", V(24, 0)}, {"2018.03.k", V(25, 0)},
    {"2018.03.l", V(25, 1)}, {"2018.03.m", V(25, 2)}, {"2018.03.n", V(25, 3)},
    {"2018.03.o", V(26, 0)}, {"2018.03.p", V(27, 0)}, {"2018.03.q", V(28, 0)},
    {"2018.03.s", V(28, 1)}, {"2018.03.t", V(29, 0)}, {"2018.03.v", V(29, 1)},
    {"2018.03.w", V(30, 0)}, {"2018.03.x", V(31, 0)}, {"2018.03.y", V(32, 0)},
};
#define LETTERED      (sizeof lettered / sizeof lettered[0])
#define POOL_FIRST    "2015.09.d" /* STO-2; before it one volume of 30 GiB (STO-4) */
#define RELEASE_CHARS 9

/* The release in force at a date; a date after the last one means a newer agent than any listed. */
static uint32_t version_at(const struct release *releases, size_t count, int32_t date)
{
    size_t i = count;
    if (date > releases[count - 1].date)
        return 0;
    while (i > 1 && releases[i - 1].date > date)
        i--;
    return releases[i - 1].version;
}

/* The last release of `recommended` up to the end of the epoch's month. */
static int32_t recommended_date(const struct release *releases, size_t count, int32_t epoch)
{
    size_t i = count;
    if (epoch > LISTS_END)
        return 0;
    while (i > 1 && releases[i - 1].date / 100 > epoch)
        i--;
    return releases[i - 1].date;
}

uint32_t scn_agent_version(const char *text)
{
    long part[3];
    char *end;
    if (*text == 'v')
        text++;
    for (int i = 0; i < 3; i++) {
        if (*text < '0' || *text > '9')
            return 0;
        part[i] = strtol(text, &end, 10);
        if (*end != (i < 2 ? '.' : '\0') || part[i] > 999)
            return 0;
        text = end + 1;
    }
    return (uint32_t)(part[0] * 1000000 + part[1] * 1000 + part[2]);
}

/* ---- variants ---- */

enum family { LINUX_2, LINUX_1, LINUX_2023, WINDOWS, BOTTLEROCKET };

static void fill(struct scn_ami *ami, enum family family, const char *variant)
{
    static const struct scn_ami families[] = {
        [LINUX_2] = {.device = "/dev/xvda", .volume_bytes = 30 * GIB}, /* STO-1 */
        [LINUX_1] = {.storage = ECS_STORAGE_THIN_POOL,                 /* STO-2 */
                     .device = SCN_AMI_POOL_DEVICE,
                     .volume_bytes = 22 * GIB},
        [LINUX_2023] = {.device = "/dev/xvda", .volume_bytes = 30 * GIB},
        [WINDOWS] = {.os = ECS_OS_WINDOWS, .device = "/dev/sda1"},
        [BOTTLEROCKET] = {.device = "/dev/xvdb", .volume_bytes = 20 * GIB},
    };
    *ami = families[family];
    ami->variant = variant;
}

static bool begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

/* Eight digits, perhaps with dots between them: a date. 0: none. */
static int32_t date_in(const char *text)
{
    int32_t date = 0;
    int digits = 0;
    for (; digits < 8; text++) {
        if (*text == '.' && digits > 0)
            continue;
        if (*text < '0' || *text > '9')
            return 0;
        date = date * 10 + (*text - '0');
        digits++;
    }
    return *text < '0' || *text > '9' ? date : 0;
}

static void set_release(struct scn_ami *ami, int32_t date)
{
    bool windows = ami->os == ECS_OS_WINDOWS;
    ami->date = date;
    if (date != 0)
        ami->agent_version = windows ? version_at(windows_releases, WINDOWS_RELEASES, date)
                                     : version_at(linux_releases, LINUX_RELEASES, date);
}

/* ---- names of images ---- */

/* "amzn2-ami-ecs-[gpu-|inf-|kernel-5.10-[gpu-|inf-]]hvm-2.0.20200603-x86_64-ebs" */
static bool find_linux_2(struct scn_ami *ami, const char *name)
{
    const char *release = strstr(name, "hvm-2.0.");
    if (!begins(name, "amzn2-ami-ecs-") || release == NULL)
        return false;
    bool gpu = strstr(name, "-gpu-") != NULL, arm64 = strstr(name, "-arm64") != NULL;
    fill(ami, LINUX_2,
         gpu     ? "Amazon Linux 2 GPU"
         : arm64 ? "Amazon Linux 2 arm64"
                 : "Amazon Linux 2");
    ami->gpu = gpu;
    ami->arm64 = arm64;
    set_release(ami, date_in(release + strlen("hvm-2.0.")));
    return true;
}

/* "al2023-ami-ecs-[gpu-|neuron-]hvm-2023.0.20240815-kernel-6.1-x86_64[-ebs]" */
static bool find_linux_2023(struct scn_ami *ami, const char *name)
{
    if (!begins(name, "al2023-ami-ecs-"))
        return false;
    fill(ami, LINUX_2023, "Amazon Linux 2023");
    ami->gpu = strstr(name, "-gpu-") != NULL;
    ami->arm64 = strstr(name, "-arm64") != NULL;
    return true;
}

/* "amzn-ami-2018.03.20200603-amazon-ecs-optimized", "amzn-ami-2017.09.j-amazon-ecs-optimized" */
static bool find_linux_1(struct scn_ami *ami, const char *name)
{
    static const char prefix[] = "amzn-ami-", suffix[] = "-amazon-ecs-optimized";
    const char *release = name + strlen(prefix), *end = strstr(name, suffix);
    if (!begins(name, prefix) || end == NULL || end < release + RELEASE_CHARS)
        return false;
    fill(ami, LINUX_1, "Amazon Linux");
    int32_t date = date_in(release + strlen("2018.03."));
    if (date != 0) {
        set_release(ami, date);
        return true;
    }
    size_t i = 0;
    while (i + 1 < LETTERED && strncmp(lettered[i + 1].release, release, RELEASE_CHARS) <= 0)
        i++;
    ami->agent_version = lettered[i].version;
    if (strncmp(release, POOL_FIRST, RELEASE_CHARS) < 0) { /* STO-4 */
        ami->storage = ECS_STORAGE_FILE_SYSTEM;
        ami->device = "/dev/xvda";
        ami->volume_bytes = 30 * GIB;
    }
    return true;
}

/* "Windows_Server-2019-English-Full-ECS_Optimized[-2020.05.14]" */
static bool find_windows(struct scn_ami *ami, const char *name)
{
    static const char suffix[] = "-ECS_Optimized";
    const char *end = strstr(name, suffix);
    if (!begins(name, "Windows_Server-") || end == NULL)
        return false;
    fill(ami, WINDOWS, "Windows Server");
    end += strlen(suffix);
    set_release(ami, *end == '-' ? date_in(end + 1) : 0);
    return true;
}

/* "bottlerocket-aws-ecs-1[-nvidia]-x86_64-v1.20.0-fcf71a47" */
static bool find_bottlerocket(struct scn_ami *ami, const char *name)
{
    if (!begins(name, "bottlerocket-aws-ecs-"))
        return false;
    fill(ami, BOTTLEROCKET, "Bottlerocket");
    ami->gpu = strstr(name, "-nvidia") != NULL;
    ami->arm64 = strstr(name, "-aarch64") != NULL || strstr(name, "-arm64") != NULL;
    return true;
}

static bool find_name(struct scn_ami *ami, const char *name)
{
    return find_linux_2(ami, name) || find_linux_2023(ami, name) || find_linux_1(ami, name) ||
           find_windows(ami, name) || find_bottlerocket(ami, name);
}

/* ---- SSM parameters (AMI-2) ---- */

static const struct {
    const char *path;
    enum family family;
    const char *variant;
    bool arm64, gpu;
} parameters[] = {
    {"amazon-linux-2/arm64/", LINUX_2, "Amazon Linux 2 arm64", true, false},
    {"amazon-linux-2/gpu/", LINUX_2, "Amazon Linux 2 GPU", false, true},
    {"amazon-linux-2/inf/", LINUX_2, "Amazon Linux 2 Inferentia", false, false},
    {"amazon-linux-2/kernel-5.10/arm64/", LINUX_2, "Amazon Linux 2 arm64", true, false},
    {"amazon-linux-2/kernel-5.10/gpu/", LINUX_2, "Amazon Linux 2 GPU", false, true},
    {"amazon-linux-2/kernel-5.10/", LINUX_2, "Amazon Linux 2", false, false},
    {"amazon-linux-2/", LINUX_2, "Amazon Linux 2", false, false},
    {"amazon-linux-2023/arm64/", LINUX_2023, "Amazon Linux 2023", true, false},
    {"amazon-linux-2023/gpu/", LINUX_2023, "Amazon Linux 2023", false, true},
    {"amazon-linux-2023/neuron/", LINUX_2023, "Amazon Linux 2023", false, false},
    {"amazon-linux-2023/", LINUX_2023, "Amazon Linux 2023", false, false},
    {"amazon-linux/", LINUX_1, "Amazon Linux", false, false},
};

/* What follows a variant: `recommended` or the name of an image. */
static bool find_parameter(struct scn_ami *ami, const char *path, int32_t epoch)
{
    size_t i = 0;
    while (i < sizeof parameters / sizeof parameters[0] && !begins(path, parameters[i].path))
        i++;
    if (i == sizeof parameters / sizeof parameters[0])
        return false;
    const char *last = path + strlen(parameters[i].path);
    if (!begins(last, "recommended"))
        return find_name(ami, last);
    fill(ami, parameters[i].family, parameters[i].variant);
    ami->arm64 = parameters[i].arm64;
    ami->gpu = parameters[i].gpu;
    if (parameters[i].family != LINUX_2023)
        set_release(ami, recommended_date(linux_releases, LINUX_RELEASES, epoch));
    return true;
}

static bool find_ssm(struct scn_ami *ami, const char *path, int32_t epoch)
{
    static const char linux_path[] = "/aws/service/ecs/optimized-ami/";
    static const char windows_path[] = "/aws/service/ami-windows-latest/";
    static const char bottlerocket[] = "/aws/service/bottlerocket/aws-ecs-";
    if (begins(path, linux_path))
        return find_parameter(ami, path + strlen(linux_path), epoch);
    if (begins(path, windows_path)) {
        if (!find_windows(ami, path + strlen(windows_path)))
            return false;
        if (ami->date == 0)
            set_release(ami, recommended_date(windows_releases, WINDOWS_RELEASES, epoch));
        return true;
    }
    if (!begins(path, bottlerocket))
        return false;
    fill(ami, BOTTLEROCKET, "Bottlerocket");
    ami->gpu = strstr(path, "-nvidia/") != NULL;
    ami->arm64 = strstr(path, "/arm64/") != NULL;
    return true;
}

/* ---- ids ---- */

/* Those that the guide prints; 2017.09.j is there in every region of its day. */
static const struct {
    const char *id, *name;
} ids[] = {
    {"ami-04a4fb062c609f55b", "amzn2-ami-ecs-hvm-2.0.20181017-x86_64-ebs"},
    {"ami-bb5f13dd", "amzn-ami-2017.09.j-amazon-ecs-optimized"}, /* ap-northeast-1 */
    {"ami-3b19b455", "amzn-ami-2017.09.j-amazon-ecs-optimized"}, /* ap-northeast-2 */
    {"ami-9e91cff1", "amzn-ami-2017.09.j-amazon-ecs-optimized"}, /* ap-south-1 */
    {"ami-f88ade84", "amzn-ami-2017.09.j-amazon-ecs-optimized"}, /* ap-southeast-1 */
    {"ami-a677b6c4", "amzn-ami-2017.09.j-amazon-ecs-optimized"}, /* ap-southeast-2 */
    {"ami-db48cfbf", "amzn-ami-2017.09.j-amazon-ecs-optimized"}, /* ca-central-1 */
    {"ami-ca508ca7", "amzn-ami-2017.09.j-amazon-ecs-optimized"}, /* cn-north-1 */
    {"ami-3b7d1354", "amzn-ami-2017.09.j-amazon-ecs-optimized"}, /* eu-central-1 */
    {"ami-64c4871d", "amzn-ami-2017.09.j-amazon-ecs-optimized"}, /* eu-west-1 */
    {"ami-25f51242", "amzn-ami-2017.09.j-amazon-ecs-optimized"}, /* eu-west-2 */
    {"ami-0356e07e", "amzn-ami-2017.09.j-amazon-ecs-optimized"}, /* eu-west-3 */
    {"ami-da2c66b6", "amzn-ami-2017.09.j-amazon-ecs-optimized"}, /* sa-east-1 */
    {"ami-cad827b7", "amzn-ami-2017.09.j-amazon-ecs-optimized"}, /* us-east-1 */
    {"ami-ef64528a", "amzn-ami-2017.09.j-amazon-ecs-optimized"}, /* us-east-2 */
    {"ami-cc3cb7ad", "amzn-ami-2017.09.j-amazon-ecs-optimized"}, /* us-gov-west-1 */
    {"ami-29b8b249", "amzn-ami-2017.09.j-amazon-ecs-optimized"}, /* us-west-1 */
    {"ami-baa236c2", "amzn-ami-2017.09.j-amazon-ecs-optimized"}, /* us-west-2 */
};

bool scn_ami_find(struct scn_ami *ami, const char *image, int32_t epoch)
{
    static const char resolve[] = "resolve:ssm:";
    *ami = (struct scn_ami){0};
    if (begins(image, resolve))
        return find_ssm(ami, image + strlen(resolve), epoch);
    if (image[0] == '/')
        return find_ssm(ami, image, epoch);
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++)
        if (strcmp(ids[i].id, image) == 0)
            return find_name(ami, ids[i].name);
    return find_name(ami, image);
}
