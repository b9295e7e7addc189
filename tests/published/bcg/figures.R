library(metafor)
dat <- escalc(measure = "RR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = dat.bcg)
rma(yi, vi, data = dat, method = "EE")                       # mean, Q, I2
rma(yi, vi, data = dat, method = "DL")                       # tau2, mean, se, interval
rma(yi, vi, data = dat, method = "DL", test = "knha")        # Knapp and Hartung's se, t and interval
rma(yi, vi, data = dat, method = "REML")                     # tau2, mean, se
