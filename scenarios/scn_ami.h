/* scn_ami: what a machine image says about an instance (AMI-*, STO-*, sheet 02 section 8).
 *
 * An image is named in one of three ways, and all are taken wherever ImageId is:
 *
 *   ami-0123456789abcdef0                                  an id; ids differ by region and are
 *                                                          countless: only those that the guide
 *                                                          prints are known
 *   amzn2-ami-ecs-hvm-2.0.20200603-x86_64-ebs              the name of an ECS-optimized image
 *   resolve:ssm:/aws/service/ecs/optimized-ami/amazon-linux-2/recommended
 *                                                          an SSM parameter, with or without
 *                                                          resolve:ssm:, /image_id and a version
 *
 * From the date in a name comes the version of its agent: that of the latest release listed up to
 * then; a later date than the list knows means the newest agent. `recommended` means the latest
 * release up to the scenario's epoch. An image that is not recognised says nothing: the caller then
 * takes Linux, the newest agent and a disk without limits. Lookups are linear in tables of a few
 * dozen rows. */
#ifndef SCN_AMI_H
#define SCN_AMI_H

#include "ecs_scenario.h"

struct scn_ami {
    const char *variant; /* "Amazon Linux 2 GPU", for complaints */
    enum ecs_os os;
    bool arm64;
    bool gpu;               /* has the drivers that make GPUs register (GPU-09) */
    int32_t date;           /* YYYYMMDD of its release; 0: not known */
    uint32_t agent_version; /* 1.40.0 is 1040000; 0: newest */
    enum ecs_storage storage;
    const char *device;   /* of the volume that holds images and containers */
    int64_t volume_bytes; /* its size as shipped; 0: not published */
};

/* False when the image is not recognised. */
bool scn_ami_find(struct scn_ami *ami, const char *image, int32_t epoch);

/* "1.40.0" -> 1040000; 0: no version. */
uint32_t scn_agent_version(const char *text);

/* Where the thin pool of STO-2 lies: an instance with this volume has one. */
#define SCN_AMI_POOL_DEVICE "/dev/xvdcz"

#endif
