referat("d0","6fb3ed",[["raadet/2024/2024-01-09.html","",[["1","Velkomst",[["24/1","24-1"]],0,"Se logoet.",0]]]])
